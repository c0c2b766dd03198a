"""Runs that are stopped from outside, as processes: Ctrl-C, SIGTERM, kill -9; and what resume then does."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from flows.conftest import SlowProject

from wardian.runs.folder import RunFolder
from wardian.runs.journal import read_journal

WARDIAN = [str(Path(sys.executable).parent / "wardian")]


@pytest.fixture
def project(slow_project: SlowProject) -> Path:
    return slow_project(0.05)


def start(project: Path) -> "subprocess.Popen[str]":
    """A run with some results and many more to come."""
    words = [*WARDIAN, "run", "job.yaml"]
    process = subprocess.Popen(words, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not (project / "runs").exists() or len(journal(project)) < 5:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return process


def journal(project: Path) -> list[str]:
    """The keys in the run's journal."""
    folders = [RunFolder(path.parent) for path in (project / "runs").glob("*/job.json")]
    return [finished.result.episode for folder in folders for finished in read_journal(folder.store)]


def resume(project: Path) -> None:
    done = subprocess.run([*WARDIAN, "resume", "last"], cwd=project, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "40/40 episodes" in done.stderr


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_one_signal_lets_episodes_in_flight_end(project: Path, sent: signal.Signals, code: int) -> None:
    process = start(project)
    process.send_signal(sent)
    out, err = process.communicate(timeout=30)
    assert process.returncode == code
    assert "stopping" in err
    assert "wardian resume slow-" in out
    finished = journal(project)
    assert 5 <= len(finished) < 40
    resume(project)
    assert journal(project)[: len(finished)] == finished
    assert set(Counter(journal(project)).values()) == {1}
    assert len(journal(project)) == 40


def test_two_signals_end_at_once(project: Path) -> None:
    process = start(project)
    process.send_signal(signal.SIGINT)
    time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=5)
    assert process.returncode == 130


def test_a_killed_run_resumes_without_repeating_what_is_finished(project: Path) -> None:
    process = start(project)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=10)
    finished = journal(project)
    assert len(finished) >= 5
    resume(project)
    assert journal(project)[: len(finished)] == finished
    assert set(Counter(journal(project)).values()) == {1}
    assert len(journal(project)) == 40


def test_a_run_that_goes_on_cannot_be_resumed(project: Path) -> None:
    """Nor does the attempt touch what the run has written so far: a new writer drops a dead one's parts."""
    process = start(project)
    [parts] = (project / "runs").glob("*/tables/parts")
    part = parts / "episodes-999999.parquet"
    part.touch()
    done = subprocess.run([*WARDIAN, "resume", "last"], cwd=project, capture_output=True, text=True, timeout=60)
    assert part.exists()
    part.unlink()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "another process is playing this run" in done.stderr
