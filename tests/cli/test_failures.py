"""`wardian failures`: from a run's record to what went wrong in it."""

from pathlib import Path

import orjson
import pytest
from cli.conftest import Wardian

from wardian.cli import failing


def played(wardian: Wardian) -> None:
    assert wardian("run", "job.yaml").code == 0


def test_who_does_nothing_misses_the_calls_of_the_reference(project: Path, wardian: Wardian) -> None:
    played(wardian)
    document = orjson.loads(wardian("failures", "--json").out)
    assert (document["episodes"], document["failed"], document["unexplained"]) == (8, 4, 0)
    assert document["without_reference"] == []
    found = [(each["detector"], each["tool"], each["failed"], each["arms"]) for each in document["clusters"]]
    idle = [{"arm": "idle", "episodes": 4}]
    assert found == [("missing_call", "add", 4, idle), ("premature_stop", "", 4, idle)]


def test_a_pack_that_changed_since_is_no_reference(project: Path, wardian: Wardian) -> None:
    played(wardian)
    (project / "envs" / "counter").unlink()
    document = orjson.loads(wardian("failures", "--json").out)
    assert document["without_reference"] == ["counter"]
    assert [each["detector"] for each in document["clusters"]] == ["premature_stop"]


def test_markdown_is_a_table_of_clusters(project: Path, wardian: Wardian) -> None:
    played(wardian)
    lines = wardian("failures", "last", "--markdown").out.splitlines()
    assert "| missing\\_call | 4 | 0 | 0 | idle 4 |" in lines
    assert lines[0] == "## What went wrong in the 4 of 8 episodes that failed"
    assert any(line.startswith("| missing\\_call | add | counter: count | 4 | 0 | 0 | idle 4 |") for line in lines)


def test_nothing_wrong_is_said(project: Path, wardian: Wardian) -> None:
    job = project / "job.yaml"
    job.write_text(job.read_text().replace("  - {kind: idle}\n", ""))
    played(wardian)
    assert wardian("failures", "--markdown").out == "None of 4 episodes failed.\n"


def test_looking_back_names_the_step_with_which_it_was_lost(project: Path, wardian: Wardian) -> None:
    played(wardian)
    document = orjson.loads(wardian("failures", "--decisive", "--json").out)
    assert document["looked_back"] == [{"verdict": "decisive", "episodes": 4}]
    (cluster,) = (each for each in document["clusters"] if each["detector"] == "decisive_step")
    assert (cluster["about"], cluster["failed"]) == ("text", 4)
    assert cluster["examples"][0]["positions"] == [1]


def test_what_nobody_can_look_back_at_is_counted_with_the_reason(project: Path, wardian: Wardian) -> None:
    job = project / "job.yaml"
    job.write_text(job.read_text().replace("{tasks: 4}}", "{tasks: 4}, stress: {fault_rate: 0.01}}"))
    wardian("run", "job.yaml")
    assert (
        "Not looked back at 4 failed episodes of counter: it is under stress." in wardian("failures", "--decisive").out
    )
    (left,) = orjson.loads(wardian("failures", "--decisive", "--json").out)["not_looked_back"]
    assert left == {"environment": "counter", "why": "it is under stress", "episodes": 4}


@pytest.mark.parametrize("words", [(), ("--json",), ("--markdown",)])
def test_a_run_that_has_only_begun_is_named(project: Path, wardian: Wardian, words: tuple[str, ...]) -> None:
    played(wardian)
    job = next((project / "runs").glob("small-*/job.json")).read_bytes()
    (project / "runs" / "empty-1").mkdir()
    (project / "runs" / "empty-1" / "job.json").write_bytes(job)
    refused = wardian("failures", "empty-1", *words)
    assert (refused.code, refused.err) == (2, "wardian: empty-1: no episode has a result yet\n")


def test_people_get_lines(project: Path, wardian: Wardian) -> None:
    played(wardian)
    told = wardian("failures").out
    assert "     4  missing_call  idle 4\n" in told
    assert "     4  missing_call  add\n        counter: count; idle 4\n" in told


def test_all_clusters_are_shown_to_who_asks(project: Path, wardian: Wardian, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failing, "FEW", 1)
    played(wardian)
    assert "And 1 smaller cluster; `--all` shows them." in wardian("failures").out
    everything = wardian("failures", "--all").out
    assert "smaller cluster" not in everything
    assert everything.count("        see ") == 2
