"""`wardian evidence`: which mistakes lost the episodes of a run."""

from pathlib import Path

import orjson
from cli.conftest import Wardian


def played(wardian: Wardian) -> None:
    assert wardian("run", "job.yaml").code == 0


def test_mending_a_mistake_shows_whether_it_lost_the_episode(project: Path, wardian: Wardian) -> None:
    played(wardian)
    (cluster,) = orjson.loads(wardian("evidence", "--json").out)["evidence"]
    assert (cluster["detector"], cluster["tool"], cluster["failed"]) == ("missing_call", "add", 4)
    assert cluster["counterfactual"] == {"tried": 4, "flipped": 4, "untold": 0}
    assert [each["succeeded"] for each in cluster["excerpts"]] == [False, False, False, True]
    told = wardian("evidence").out
    assert "     4  missing_call add/count  mending it saves 4 of 4\n        see " in told
    assert "| missing\\_call add/count | 4 | 4 | 4 | 0 |" in wardian("evidence", "--markdown").out


def test_where_nobody_can_try_that_is_said(project: Path, wardian: Wardian) -> None:
    job = project / "job.yaml"
    job.write_text(job.read_text().replace("{tasks: 4}}", "{tasks: 4}, stress: {fault_rate: 0.01}}"))
    played(wardian)
    assert "missing_call add/count  nobody can tell" in wardian("evidence").out


def test_nothing_to_mend_is_said(project: Path, wardian: Wardian) -> None:
    job = project / "job.yaml"
    job.write_text(job.read_text().replace("  - {kind: idle}\n", ""))
    played(wardian)
    assert "No mistake was found." in wardian("evidence").out


def test_a_run_that_has_only_begun_has_nothing_to_mend(project: Path, wardian: Wardian) -> None:
    played(wardian)
    job = next((project / "runs").glob("small-*/job.json")).read_bytes()
    (project / "runs" / "empty-1").mkdir()
    (project / "runs" / "empty-1" / "job.json").write_bytes(job)
    refused = wardian("evidence", "empty-1")
    assert (refused.code, refused.err) == (2, "wardian: empty-1: no episode has a result yet\n")


def test_one_arm_alone(project: Path, wardian: Wardian) -> None:
    played(wardian)
    assert orjson.loads(wardian("evidence", "--arm", "reference", "--json").out) == {"evidence": []}
    assert len(orjson.loads(wardian("evidence", "--arm", "idle", "--json").out)["evidence"]) == 1
    refused = wardian("evidence", "--arm", "idel")
    assert refused.code == 2
    assert "has no arm 'idel'; did you mean 'idle'?" in refused.err
