"""`wardian fusion bench` over the simulated provider, as typed."""

from pathlib import Path

import orjson
import pytest
from cli.conftest import Wardian

CONFIG = """\
name: panel
models: {a: &priced {server: sim, price: {input: 1, output: 2}}, b: *priced, c: *priced, judge: *priced}
fusions:
  council: {mode: best_of, members: [a, b, c], judge: judge}
  ladder: {mode: cascade, stages: [{members: [b, c], accept: {kind: agree}}, {members: [a]}]}
servers:
  sim:
    kind: simulator
    skills:
      a: {answering: {accuracy: 0.85, correlation: 0.5}}
      b: {answering: {accuracy: 0.7, correlation: 0.5}}
      c: {answering: {accuracy: 0.55, correlation: 0.5}}
      judge: {judging: {accuracy: 0.9}}
tracking: {enabled: false}
"""
BENCH = ("fusion", "bench", "prompts.jsonl", "--config", "fusion.yaml", "--mode", "vote", "--mode", "best_of")


@pytest.fixture
def panel(project: Path) -> Path:
    """A project with a config of fusions and a file of prompts."""
    (project / "fusion.yaml").write_text(CONFIG)
    lines = ({"prompt": f"Question {number}?", "gold": "ABCD"[number % 4]} for number in range(80))
    (project / "prompts.jsonl").write_bytes(b"\n".join(map(orjson.dumps, lines)))
    return project


def test_a_bench_prints_what_each_arm_is_worth_and_leaves_no_run(panel: Path, wardian: Wardian) -> None:
    done = wardian(*BENCH)
    assert done.code == 0, done.err
    assert "SIMULATED MODELS" in done.out
    assert "Who decides, and how well" in done.out
    assert not list((panel / "runs").glob("*"))


def test_programs_get_all_numbers(panel: Path, wardian: Wardian) -> None:
    report = orjson.loads(wardian(*BENCH, "--fusion", "council", "--json").out)
    arms = {arm["name"]: arm for arm in report["arms"]}
    assert set(arms) >= {"a", "b", "c", "vote", "best_of"}
    assert report["questions"] == 80
    assert report["in_dollars"]
    assert 0.6 < arms["a"]["right"]["value"] <= 1.0
    assert arms["vote"]["ruling"] in ("helps", "does NOT help", "HARMS")


def test_a_mode_that_does_not_exist_is_said_so(panel: Path, wardian: Wardian) -> None:
    done = wardian("fusion", "bench", "prompts.jsonl", "--config", "fusion.yaml", "--mode", "best")
    assert (done.code, done.out) == (2, "")
    assert "there is no mode 'best'" in done.err


def test_a_cascade_has_no_panel_to_bench(panel: Path, wardian: Wardian) -> None:
    done = wardian("fusion", "bench", "prompts.jsonl", "--config", "fusion.yaml", "--fusion", "ladder")
    assert done.code == 2
    assert "is a cascade and has no panel" in done.err


def test_a_prompt_without_gold_is_named(panel: Path, wardian: Wardian) -> None:
    (panel / "prompts.jsonl").write_text('{"prompt": "Why?", "id": "why"}')
    done = wardian(*BENCH)
    assert done.code == 2
    assert "'why' has no gold answer" in done.err


def test_two_benches_of_one_cached_panel_print_the_same(panel: Path, wardian: Wardian) -> None:
    cache = ("--set", f"cache={{mode: read-write, folder: {panel / 'kept'}}}")
    quorum = ("--set", "fusions.council.collect={quorum: 2, grace_frac: 0.1}")
    first, *cached = (wardian(*BENCH, *cache, *quorum, "--json") for _ in range(3))
    assert cached[0].out == cached[1].out, cached[0].err
    assert orjson.loads(first.out)["arms"] == orjson.loads(cached[0].out)["arms"]
    assert orjson.loads(cached[0].out)["cached"]
