"""`wardian export` and `wardian score`, as one types them."""

import asyncio
import json
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from cli.conftest import Wardian
from support.packs.counter.environment import Counter

from wardian.base.hang import Allowed
from wardian.base.messages import Message
from wardian.certification import patience
from wardian.cli import exporting
from wardian.environments.pack import Pack
from wardian.environments.packs import load_packs
from wardian.reports.exports import FORMATS


@pytest.fixture
def played(project: Path, wardian: Wardian) -> Path:
    """A run of two arms in a folder, which is the working directory."""
    assert wardian("run", "job.yaml").code == 0
    return project


def test_episodes_that_meet_a_condition_are_written_with_their_tools(played: Path, wardian: Wardian) -> None:
    done = wardian("export", "--format", "finetune", "--where", "success=1", "--to", "good.jsonl")
    assert (done.code, done.out, done.err) == (0, "good.jsonl: 4 episodes\n", "")
    lines = [json.loads(line) for line in (played / "good.jsonl").read_text().splitlines()]
    assert len(lines) == 4
    for line in lines:
        assert line["tools"][0]["function"]["name"] == "add"
        assert any(message.get("tool_calls") for message in line["messages"])


def test_of_one_arm(played: Path, wardian: Wardian) -> None:
    done = wardian("export", "last", "--format", "openai", "--arm", "idle", "--json")
    told = json.loads(done.out)
    assert (told["format"], told["episodes"]) == ("openai", 4)
    lines = (played / told["to"]).read_text().splitlines()
    assert {json.loads(line)["metadata"]["wardian"]["about"]["arm"] for line in lines} == {"idle"}


def test_of_a_run_that_is_kept_elsewhere(played: Path, wardian: Wardian) -> None:
    (played / "runs").rename(played / "kept")
    (run,) = (played / "kept").glob("small-*")
    done = wardian("export", str(run), "--format", "openai", "--to", "all.jsonl")
    assert (done.code, done.out) == (0, "all.jsonl: 8 episodes\n")


def test_the_guide_has_a_row_for_each_format() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "guides" / "export.md").read_text()
    assert [form for form in FORMATS if f"\n| `{form}` |" not in guide] == []


@pytest.mark.parametrize(
    ("form", "name"),
    [("inspect", "counter~reference.eval"), ("inspect-json", "*_counter~idle.json"), ("atif", "*.json")],
)
def test_folders_of_files(played: Path, wardian: Wardian, form: str, name: str) -> None:
    assert wardian("export", "--format", form, "--to", "out").code == 0
    assert list((played / "out").glob(name))
    done = wardian("score", "out", "--json")
    assert done.code == 0, done.err
    assert len(json.loads(done.out)["conversations"]) == 8


def test_what_was_written_is_scored_as_the_run_was(played: Path, wardian: Wardian) -> None:
    wardian("export", "--format", "openai", "--to", "all.jsonl")
    told = json.loads(wardian("score", "all.jsonl", "--json").out)
    lines = [json.loads(line) for line in (played / "all.jsonl").read_text().splitlines()]
    ours = {line["metadata"]["wardian"]["id"]: line["metadata"]["wardian"]["scores"] for line in lines}
    assert {each["id"] for each in told["conversations"]} == set(ours)
    for each in told["conversations"]:
        known = {metric: value for metric, value in each["values"].items() if value is not None}
        assert known == {metric: ours[each["id"]][metric] for metric in known}
        assert {"turns", "n_tool_calls", "redundant_calls"} <= set(known)
        assert "success" in each["left_out"]


def test_scores_are_printed_with_the_reasons_for_those_that_are_none(played: Path, wardian: Wardian) -> None:
    wardian("export", "--format", "openai", "--to", "all.jsonl")
    done = wardian("score", "all.jsonl")
    assert done.code == 0
    assert "n_tool_calls" in done.out
    assert "\n    success, score" in done.out
    (head,) = (line for line in done.out.splitlines() if "mean" in line)
    (row,) = (line for line in done.out.splitlines() if "n_tool_calls" in line)
    assert re.split(r"\W+", head)[2:5] == ["mean", "min", "max"]
    assert re.findall(r"\d+\.\d\d\b", row) == ["1.25", "0.00", "4.00"]
    assert max(map(len, done.out.splitlines())) <= 100
    assert "needs the environment's checks or its state" in done.out
    assert done.out.endswith("8 conversations\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--format", "insepct"), "there is no format 'insepct'; did you mean 'inspect'?"),
        (("--format", "openai", "--where", "success"), "'success' is no condition"),
        (("--format", "openai", "--where", "sucess=1"), "none has a value for 'sucess'; did you mean 'success'?"),
        (("--format", "openai", "--where", "turns>1000"), "no finished episode is chosen"),
        (("--format", "openai", "--arm", "idel"), "the run has no arm 'idel'; did you mean 'idle'?"),
        (("--format", "openai", "--to", "job.yaml"), "job.yaml: is there already"),
    ],
)
def test_mistakes_are_said_in_one_line(played: Path, wardian: Wardian, words: tuple[str, ...], said: str) -> None:
    before = sorted(played.iterdir())
    done = wardian("export", *words)
    assert done.code == 2
    assert said in done.err
    assert done.err.count("\n") == 1
    assert sorted(played.iterdir()) == before, "nothing is left behind"


def test_what_was_played_of_an_older_pack_is_left_out(played: Path, wardian: Wardian) -> None:
    (played / "envs" / "counter").unlink()
    shutil.copytree(Path(__file__).parents[1] / "support" / "packs" / "counter", played / "envs" / "counter")
    (played / "envs" / "counter" / "note.md").write_text("changed")
    assert wardian("resume", "last").code == 0
    told = json.loads(wardian("export", "--format", "inspect", "--to", "out", "--json").out)
    assert told["episodes"] == 8, "and not 16"


def test_without_the_pack_there_are_no_tools_and_a_line_says_so(played: Path, wardian: Wardian) -> None:
    (played / "envs" / "counter").unlink()
    done = wardian("export", "--format", "openai", "--to", "all.jsonl")
    assert done.code == 0
    assert "without tools: environments.0: there is no environment pack 'counter'" in done.err
    assert "tools" not in json.loads((played / "all.jsonl").read_text().splitlines()[0])


class Hanging(Counter):
    """Never opens."""

    async def open(self, seed: int) -> Sequence[Message]:
        await asyncio.Event().wait()
        raise AssertionError


def test_a_world_that_hangs_as_it_is_opened_has_no_tools(
    played: Path, wardian: Wardian, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hanging(*words: Any) -> Mapping[str, Pack]:
        packs = load_packs(*words)
        monkeypatch.setattr(packs["counter"], "environment", lambda task: Hanging(1))
        return packs

    monkeypatch.setattr(exporting, "load_packs", hanging)
    monkeypatch.setattr(patience, "CALL", Allowed("the check", 0.01))
    done = wardian("export", "--format", "openai", "--to", "all.jsonl")
    assert (done.code, done.out) == (0, "all.jsonl: 8 episodes\n")
    assert "tools" not in json.loads((played / "all.jsonl").read_text().splitlines()[0])


def test_files_without_conversations_are_named(project: Path, wardian: Wardian) -> None:
    (project / "empty.json").write_text("{}")
    done = wardian("score", "empty.json")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "empty.json: no conversation in it" in done.err
