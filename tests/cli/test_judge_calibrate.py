"""`wardian judge calibrate` over the simulated provider, as typed."""

from pathlib import Path

import orjson
import pytest
from cli.conftest import Wardian

CONFIG = """\
name: panel
models: {a: &it {server: sim, price: {input: 1, output: 2}}, b: *it, fair: *it, biased: *it}
fusions:
  council: {mode: best_of, members: [a, b], judge: fair}
  crowd: {members: [a, b]}
servers:
  sim:
    kind: simulator
    skills:
      a: {answering: {accuracy: 0.7}}
      b: {answering: {accuracy: 0.7}}
      fair: {judging: {accuracy: 0.9}}
      biased: {judging: {accuracy: 0.9, position_bias: 0.35}}
tracking: {enabled: false}
"""
CALIBRATE = ("judge", "calibrate", "gold.jsonl", "--config", "fusion.yaml")


@pytest.fixture
def gold(project: Path) -> Path:
    """A project with a config of fusions and a file of marked candidates."""
    (project / "fusion.yaml").write_text(CONFIG)
    lines = (
        {"prompt": f"Question {n}?", "candidates": [f"It is {n}.", {"text": f"It is {n + 1}, I think."}], "right": [0]}
        for n in range(100)
    )
    (project / "gold.jsonl").write_bytes(b"\n".join(map(orjson.dumps, lines)))
    return project


def test_the_judge_of_the_first_fusion_is_calibrated(gold: Path, wardian: Wardian) -> None:
    done = wardian(*CALIBRATE, "--s-star", "0.5")
    assert done.code == 0, done.err
    assert "Judge fair on 100 items" in done.out
    assert "SIMULATED MODEL" in done.out
    assert "this one is above s*" in done.out
    assert not list((gold / "runs").glob("*"))


def test_a_liking_for_places_shows(gold: Path, wardian: Wardian) -> None:
    fair, biased = (orjson.loads(wardian(*CALIBRATE, "--judge", name, "--json").out) for name in ("fair", "biased"))
    assert fair["consistent"]["value"] == 1.0
    assert 0.5 < biased["consistent"]["value"] < 0.8
    assert biased["accuracy"]["value"] < fair["accuracy"]["value"]


def test_a_fusion_without_a_judge_is_said_so(gold: Path, wardian: Wardian) -> None:
    done = wardian(*CALIBRATE, "--judge", "fusion/crowd")
    assert (done.code, done.out) == (2, "")
    assert "'fusion/crowd' has no judge" in done.err


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('{"prompt": "?", "candidates": ["a"], "right": [0]}', "gold.jsonl:1: candidates"),
        ('{"prompt": "?", "candidates": ["a", "b"], "right": [2]}', "`right` names the candidate 2, there are 0 to 1"),
        ('{"prompt": "?", "candidates": ["a", "b"], "right": [0, 1]}', "no item with both right and wrong candidates"),
    ],
)
def test_a_bad_item_is_named(gold: Path, wardian: Wardian, line: str, complaint: str) -> None:
    (gold / "gold.jsonl").write_text(line)
    done = wardian(*CALIBRATE)
    assert done.code == 2
    assert complaint in done.err
