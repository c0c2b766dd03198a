"""Sweeps of simulated models from their config to their report, also when they are killed on the way."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from wardian.reports.sweep.kept import kept
from wardian.runs.folder import RunFolder
from wardian.runs.journal import read_journal

ROOT = Path(__file__).parents[2]
JOB = """\
name: swept
seed: 3
environments: [{pack: counter, knobs: {tasks: 16}}]
prompts: {plain: Count., careful: Count with care.}
agents:
  - {name: a, model: good, prompt: plain}
  - {kind: reference}
models: {good: &model {server: sim, price: {input: 1, output: 1}}, fair: *model, poor: *model, bad: *model}
fusions:
  vote: {members: [good, fair, poor], scope: every}
  self: {members: [good, fair, poor], scope: every, seed: 1}
servers:
  sim:
    kind: simulator
    skills:
      good: {accuracy: 1.0, latency_s: 0.01}
      fair: {accuracy: 0.8, wrong_argument: 0.2, latency_s: 0.01}
      poor: {accuracy: 0.5, wrong_argument: 0.5, latency_s: 0.01}
      bad: {accuracy: 0.2, give_up: 0.8, latency_s: 0.01}
executor: {kind: local, concurrency: 4}
tracking: {enabled: false}
sweep:
  over: {model: [good, fair, poor, bad], prompt: [plain, careful]}
  block: 2
"""


def made(folder: Path) -> Path:
    """A folder with the job."""
    (folder / "envs").mkdir()
    (folder / "envs" / "counter").symlink_to(ROOT / "tests" / "support" / "packs" / "counter")
    (folder / "job.yaml").write_text(JOB)
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder in which nothing was played."""
    return made(tmp_path)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A folder with a whole sweep, and what it printed."""
    folder = made(tmp_path_factory.mktemp("whole"))
    return folder, json.loads(wardian(folder, "sweep", "job.yaml", "--json"))


def begun(folder: Path, *words: str) -> subprocess.Popen[str]:
    environ = {**os.environ, "PYTHONPATH": str(ROOT / "platform")}
    command = [sys.executable, "-m", "wardian", *words]
    return subprocess.Popen(command, cwd=folder, env=environ, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def wardian(folder: Path, *words: str) -> str:
    out, err = (process := begun(folder, *words)).communicate(timeout=120)
    assert process.returncode == 0, err
    return out


def run_in(folder: Path) -> RunFolder:
    return RunFolder.find("last", folder / "runs")


def killed_after(results: int, folder: Path, *words: str) -> None:
    """Begin, and end it without a word once so many episodes have a result."""
    process = begun(folder, *words)
    while sum(1 for _ in results_in(folder)) < results:
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=10)


def results_in(folder: Path) -> list[str]:
    """The keys of all episodes with a result; none before there is a run."""
    if not list(folder.glob("runs/*/job.json")):
        return []
    return [each.result.episode for each in read_journal(run_in(folder).store)]


def test_a_sweep_ends_with_a_report_and_is_a_run_like_any_other(whole: tuple[Path, dict[str, Any]]) -> None:
    folder, document = whole
    assert document["exit_code"] == 0
    assert document["done"]
    assert document["episodes"] == len(results_in(folder)) - 16
    assert document["best"].startswith("a@good+")
    assert document["standings"][-1]["arm"] == "reference"
    assert wardian(folder, "sweep", "report", "last", "--markdown") == (run_in(folder).path / "sweep.md").read_text()
    wardian(folder, "report", "last", "--to", str(folder / "page.html"))
    assert "From cheap to good" in (folder / "page.html").read_text()
    results = wardian(folder, "results", "last")
    assert "a@good+plain" in results
    assert "resume" not in results


@pytest.mark.parametrize("results", [3, 35])
def test_a_sweep_that_is_killed_comes_to_the_same_end_and_plays_nothing_twice(
    project: Path, whole: tuple[Path, dict[str, Any]], results: int
) -> None:
    killed_after(results, project, "sweep", "job.yaml")
    wardian(project, "resume", "last")
    assert kept(run_in(project)) == kept(run_in(whole[0]))
    played = results_in(project)
    assert sorted(played) == sorted(results_in(whole[0]))
    assert set(Counter(played).values()) == {1}
    status = json.loads(wardian(project, "status", "last", "--json"))
    assert (status["state"], status["finished"], status["planned"]) == ("finished", len(played), len(played))


def test_fusions_of_one_panel_ask_its_members_once(project: Path) -> None:
    changes = ("--set", "sweep.over={model: [fusion/vote, fusion/self]}", "--set", "sweep.ending=full")
    wardian(project, "sweep", "job.yaml", *changes)
    arms: Counter[str] = Counter()
    for scored in run_in(project).records():
        for completion in scored.episode.paid:
            if completion.fusion is not None:
                for answer in completion.fusion.answers:
                    arms["cached" if answer.timing is not None and answer.timing.cached else "asked"] += 1
    assert 0.9 * arms["asked"] < arms["cached"] <= arms["asked"]  # who is cut off by a majority is asked again
