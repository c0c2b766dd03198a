"""`wardian fuse`: prompts in, answers out."""

import runpy
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest
from cli.conftest import Wardian
from support.shipped import ENVS, ROOT

from wardian.cli.fusing import source_of
from wardian.runs.folder import RunFolder

CONFIG = """\
name: panel
models: {a: &priced {server: sim, price: {input: 1, output: 2}}, b: *priced, c: *priced}
fusions:
  council: {members: [a, b, c]}
  pair: {members: [a, {model: b, weight: 2}]}
servers: {sim: {kind: simulator, skills: {a: &right {accuracy: 1.0}, b: *right, c: *right}}}
executor: {kind: local}
tracking: {enabled: false}
"""
QUESTIONS = (
    {"prompt": "Capital of France?", "gold": "Paris", "metadata": {"topic": "cities"}},
    {"prompt": "What is 6 times 7?", "gold": 42, "agree": "number", "id": "product"},
    {"prompt": "How are you?"},
)


@pytest.fixture
def panel(project: Path) -> Path:
    """A project with a config of fusions and a file of prompts."""
    (project / "fusion.yaml").write_text(CONFIG)
    (project / "prompts.jsonl").write_bytes(b"\n".join(map(orjson.dumps, QUESTIONS)))
    return project


def answers(project: Path) -> list[dict[str, Any]]:
    """What the newest run has left."""
    lines = (RunFolder.find("last", project / "runs").path / "answers.jsonl").read_bytes().splitlines()
    return [orjson.loads(line) for line in lines]


def test_a_file_becomes_a_run_with_its_answers_in_the_order_of_the_file(panel: Path, wardian: Wardian) -> None:
    done = wardian("fuse", "prompts.jsonl", "--config", "fusion.yaml")
    assert done.code == 0, done.err
    assert "council" in done.out
    assert "answers.jsonl (3)" in done.out
    found = answers(panel)
    assert [(line["id"], line["correct"]) for line in found] == [("1", True), ("product", True), ("3", None)]
    assert found[0]["answer"] == "Paris"
    assert found[0]["metadata"] == {"topic": "cities"}
    assert [member["seat"] for member in found[0]["fusion"]["members"]] == ["a", "b", "c"]
    assert found[0]["cost_usd"] == pytest.approx(sum(each["cost_usd"] for each in found[0]["fusion"]["members"]))


def test_the_job_of_a_cluster_does_the_same(
    panel: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["fuse.py", "prompts.jsonl", "--config", "fusion.yaml"])
    with pytest.raises(SystemExit) as left:
        runpy.run_path(str(ROOT / "jobs" / "fuse.py"), run_name="__main__")
    assert left.value.code == 0
    assert "answers.jsonl (3)" in capfd.readouterr().out


def test_who_answers_can_be_said(panel: Path, wardian: Wardian) -> None:
    words = ["--config", "fusion.yaml", "--model", "fusion/pair", "--model", "c", "--set", "environments.0.tasks=1"]
    assert wardian("fuse", "prompts.jsonl", *words).code == 0
    assert [(line["arm"], line["fusion"] is None) for line in answers(panel)] == [("pair", False), ("c", True)]


def test_an_agent_of_the_config_keeps_its_prompt_and_sampling(panel: Path, wardian: Wardian) -> None:
    agent = "agents: [{name: short, model: fusion/council, prompt: brief, sampling: {max_tokens: 9}}]\n"
    (panel / "fusion.yaml").write_text(CONFIG + agent + "prompts: {brief: Be brief.}\n")
    assert wardian("fuse", "prompts.jsonl", "--config", "fusion.yaml", "--json").code == 0
    (asked,) = RunFolder.find("last", panel / "runs").job().agents
    assert asked.name == "short"
    assert asked.kind == "tools"
    assert asked.sampling.max_tokens == 9


def test_one_prompt_is_answered_on_stdout(panel: Path, wardian: Wardian) -> None:
    done = wardian("fuse", "How are you?", "--config", "fusion.yaml")
    assert (done.code, done.err) == (0, "")
    assert len(done.out.splitlines()) == 1
    told = orjson.loads(wardian("fuse", "How are you?", "--config", "fusion.yaml", "--json").out)
    assert told["answers"][0]["answer"] == done.out.strip()
    assert told["exit_code"] == 0


def test_a_trace_says_who_said_what(panel: Path, wardian: Wardian) -> None:
    out = wardian("fuse", "How are you?", "--config", "fusion.yaml", "--trace").out
    assert "vote: decided by agreement, winner a, 100 % of the votes" in out
    assert out.count(" member ") == 3


def test_a_run_that_was_cut_short_is_answered_to_its_end(panel: Path, wardian: Wardian) -> None:
    questions, settings = ENVS / "prompts" / "questions.jsonl", ("budget.usd=0.005", "agents.0.sampling.max_tokens=9")
    words = [word for each in (*settings, "executor.concurrency=1") for word in ("--set", each)]
    cut = wardian("fuse", str(questions), "--config", "fusion.yaml", *words)
    assert cut.code == 4, cut.err
    assert 0 < len(answers(panel)) < 60
    done = wardian("resume", "last", "--set", "budget.usd=1")
    assert done.code == 0, done.err
    asked = [orjson.loads(line)["id"] for line in questions.read_bytes().splitlines()]
    assert [line["id"] for line in answers(panel)] == asked


def test_answers_are_exported_from_any_run(panel: Path, wardian: Wardian) -> None:
    wardian("run", "job.yaml")
    assert wardian("export", "--format", "answers", "--to", "answers.jsonl", "--arm", "reference").code == 0
    lines = [orjson.loads(line) for line in (panel / "answers.jsonl").read_bytes().splitlines()]
    assert len(lines) == 4
    assert all(line["fusion"] is None and line["correct"] is None for line in lines)


def test_what_is_a_file_is_no_prompt(project: Path) -> None:
    spaced = project / "my prompts"
    spaced.write_text("{}")
    assert source_of(str(spaced)).file == spaced
    for prompt in ("What?", "x" * 5_000, "a\0b", "Why is it called prompts.jsonl?"):
        assert source_of(prompt).prompt == prompt


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["fuse", " "], "name a JSONL file"),
        (["fuse", "none.jsonl", "--config", "fusion.yaml"], "none.jsonl: there is no such file"),
        (["fuse", "Hi there", "--config", "none.yaml"], "none.yaml: there is no such file"),
        (["fuse", "Hi there", "--config", "job.yaml"], "there is no fusion in it"),
        (["fuse", "Hi there", "--config", "fusion.yaml", "--model", "fusion/pear"], "'fusion/pair'"),
        (["fuse", "job.yaml", "--config", "fusion.yaml"], "job.yaml:1: the line: Invalid JSON"),
    ],
)
def test_mistakes_are_one_line(panel: Path, wardian: Wardian, words: list[str], problem: str) -> None:
    done = wardian(*words)
    assert done.code == 2
    assert problem in done.err
    assert len(done.err.splitlines()) == 1
    assert not (panel / "runs").exists()


def test_the_shipped_configs_play_members_and_fusions(project: Path, wardian: Wardian) -> None:
    few = ("--set", "environments.0.tasks=3", "--set", "tracking.enabled=false", "--json")
    done = wardian("run", str(ROOT / "configs" / "compare_fusion.yaml"), *few)
    assert done.code == 0, done.err
    arms = {arm["arm"]: arm["episodes"] for arm in orjson.loads(done.out)["standings"]["arms"]}
    assert arms == dict.fromkeys(("strong", "middle", "weak", "vote", "judged", "self"), 3)


def test_out_of_the_box_a_file_is_answered_by_the_council(project: Path, wardian: Wardian) -> None:
    (project / "configs").symlink_to(ROOT / "configs")
    questions, few = ENVS / "prompts" / "questions.jsonl", ("--set", "environments.0.tasks=24")
    done = wardian("fuse", str(questions), *few, "--set", "tracking.enabled=false", "--json")
    assert done.code == 0, done.err
    found = answers(project)
    assert [line["arm"] for line in found] == ["council"] * 24
    assert all(line["correct"] is not None and line["cost_usd"] > 0 for line in found)
    assert {line["fusion"]["by"] for line in found} <= {"agreement", "judge", "only", "vote", "prior"}
    assert {member["role"] for line in found for member in line["fusion"]["members"]} == {"member", "judge"}


def test_every_mode_runs_on_simulated_models(project: Path, wardian: Wardian) -> None:
    few = ("--set", "environments.0.tasks=4", "--set", "repeats=1", "--set", "tracking.enabled=false", "--json")
    done = wardian("run", str(ROOT / "configs" / "fusion.yaml"), *few)
    assert done.code == 0, done.err
    assert wardian("export", "--format", "answers", "--to", "answers.jsonl").code == 0
    lines = [orjson.loads(line) for line in (project / "answers.jsonl").read_bytes().splitlines()]
    fused = [line for line in lines if line["fusion"] is not None]
    assert {line["arm"] for line in fused} == {"council", "ballot", "editor", "debate", "saver", "analyst"}
    assert len(fused) == 6 * 4
    assert {reason for line in fused for reason in line["fusion"]["degraded"]} <= {"merge_rejected"}
    assert {"merge", "debate", "cascade", "analysis"} <= {line["fusion"]["mode"] for line in fused}
