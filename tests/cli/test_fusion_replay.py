"""`wardian fusion replay` over a recorded run, as typed."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from cli.conftest import Wardian

CONFIG = """\
name: panel
models: {a: &it {server: sim, price: {input: 1, output: 2}}, b: *it, c: *it, judge: *it, oracle: *it}
fusions:
  council: {mode: best_of, members: [a, b, c], judge: judge}
agents: [{name: council, model: fusion/council}, {name: watcher, model: oracle}]
environments: [{pack: prompts, knobs: {file: prompts.jsonl}}]
servers:
  sim:
    kind: simulator
    skills:
      a: {answering: {accuracy: 0.7, correlation: 0.3}}
      b: {answering: {accuracy: 0.7, correlation: 0.3}}
      c: {answering: {accuracy: 0.7, correlation: 0.3}}
      judge: {judging: {accuracy: 0.5}}
      oracle: {judging: {accuracy: 1.0}, answering: {accuracy: 1.0}}
tracking: {enabled: false}
"""


@pytest.fixture
def ran(project: Path, wardian: Wardian) -> Path:
    """A project with a run of a judged fusion on 40 prompts."""
    (project / "fusion.yaml").write_text(CONFIG)
    lines = ({"prompt": f"Question {number}?", "gold": "ABCD"[number % 4]} for number in range(40))
    (project / "prompts.jsonl").write_bytes(b"\n".join(map(orjson.dumps, lines)))
    done = wardian("run", "fusion.yaml")
    assert done.code == 0, done.err
    return project


def replayed(wardian: Wardian, *words: str) -> dict[str, Any]:
    done = wardian("fusion", "replay", "last", "--json", *words)
    assert done.code == 0, done.err
    (report,) = orjson.loads(done.out)["fusions"]
    found: dict[str, Any] = report
    return found


def test_the_record_decides_the_same_to_the_byte_and_another_judge_better(ran: Path, wardian: Wardian) -> None:
    same = replayed(wardian)
    assert len(same["decided"]) == 40
    assert all(each["identical"] for each in same["decided"])
    better = replayed(wardian, "--judge", "oracle", "--gold", "prompts.jsonl")
    rights = better["rights"]
    assert rights["difference"]["low"] > 0
    assert {each["after"]["by"] for each in better["decided"]} == {"judge", "agreement"}
    text = wardian("fusion", "replay", "last", "--mode", "vote", "--gold", "prompts.jsonl").out
    assert "decided by vote" in text
    assert "No member was asked" in text
    assert len(list((ran / "runs").glob("*/job.json"))) == 1


def test_a_judge_nobody_knows_is_said_so(ran: Path, wardian: Wardian) -> None:
    done = wardian("fusion", "replay", "last", "--judge", "orakle")
    assert done.code == 2
    assert "the job has no model 'orakle'; did you mean 'oracle'" in done.err


def test_a_run_without_fusions_has_nothing_to_replay(project: Path, wardian: Wardian) -> None:
    assert wardian("run", "job.yaml").code == 0
    done = wardian("fusion", "replay")
    assert done.code == 2
    assert "no fusion answered in it" in done.err


def test_a_fusion_that_cannot_be_decided_like_that_keeps_no_other_from_it(project: Path, wardian: Wardian) -> None:
    ladder = "  ladder: {mode: cascade, stages: [{members: [a, b], accept: {kind: agree}}, {members: [c]}]}\n"
    both = CONFIG.replace("agents: [", ladder + "agents: [{name: ladder, model: fusion/ladder}, ")
    (project / "fusion.yaml").write_text(both)
    (project / "prompts.jsonl").write_text('{"prompt": "Why?", "gold": "A"}')
    assert wardian("run", "fusion.yaml").code == 0
    done = wardian("fusion", "replay", "--mode", "vote", "--gold", "prompts.jsonl", "--markdown")
    assert done.code == 0, done.err
    assert "fusion/council" in done.out
    assert "decided by vote" in done.out
    assert "a cascade has no panel that could be decided by vote" in done.out
    assert "a recorded panel has no stages" in wardian("fusion", "replay", "--mode", "cascade", "--markdown").out


def test_where_no_fusion_can_be_decided_like_that_it_is_said_of_which(ran: Path, wardian: Wardian) -> None:
    neither = wardian("fusion", "replay", "--mode", "cascade")
    assert neither.code == 2
    assert "fusion/council: a recorded panel has no stages" in neither.err


SHOP = """\
name: shop
models: {a: &it {server: sim, price: {input: 1, output: 2}}, b: *it, c: *it}
fusions:
  every: {members: [a, b, c], scope: every}
  probed: {members: [c, b, a]}
agents: [{name: every, model: fusion/every}, {name: probed, model: fusion/probed}]
environments: [{pack: retail, tasks: 4}]
servers: {sim: {kind: simulator, skills: {a: {accuracy: 0.8}, b: {accuracy: 0.8}, c: {accuracy: 0.7}}}}
tracking: {enabled: false}
"""


def test_turns_with_tools_are_decided_the_same_whoever_was_a_moment_late(project: Path, wardian: Wardian) -> None:
    (project / "shop.yaml").write_text(SHOP)
    assert wardian("run", "shop.yaml").code == 0
    fusions = orjson.loads(wardian("fusion", "replay", "--json").out)["fusions"]
    assert {each["fusion"] for each in fusions} == {"fusion/every", "fusion/probed"}
    decided = [turn for each in fusions for turn in each["decided"]]
    assert len(decided) > 20
    assert all(turn["identical"] for turn in decided)
