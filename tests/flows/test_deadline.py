"""A run with a deadline of its own: it pauses in time, says so, and goes on later."""

import subprocess
import sys
import time
from pathlib import Path

import orjson
from flows.conftest import SlowProject

from wardian.runs.folder import RunFolder

WARDIAN = str(Path(sys.executable).parent / "wardian")


def wardian(project: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([WARDIAN, *words], cwd=project, capture_output=True, text=True, timeout=120)


def test_a_run_that_has_had_its_time_pauses_and_goes_on(slow_project: SlowProject) -> None:
    project = slow_project(0.05)
    begun = time.monotonic()
    paused = wardian(project, "run", "job.yaml", "--json", "--set", "limits.job_s=2")
    assert paused.returncode == 3, paused.stderr
    assert time.monotonic() - begun < 30
    document = orjson.loads(paused.stdout)
    assert document["paused"] == {"reason": "deadline", "model": "", "message": "2 s (limits.job_s)"}
    assert 0 < document["unplayed"] < 40
    assert document["missing"] == 0
    assert "paused: the time is over: 2 s (limits.job_s); " in paused.stderr
    assert "of 40 episodes are done; go on with: " in paused.stderr
    folder = RunFolder.find("last", project / "runs")
    assert not [finished for finished in folder.latest() if finished.result.failure]
    done = wardian(project, "resume", "last", "--json", "--set", "limits.job_s=null")
    assert done.returncode == 0, done.stderr
    assert orjson.loads(done.stdout)["paused"] is None
    assert len({record.episode.spec.key for record in folder.records()}) == 40
