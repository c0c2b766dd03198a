"""The driver of a run on Ray is killed; the run is resumed, on other workers than before."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from support.outcomes import essence

from wardian.runs.folder import RunFolder
from wardian.runs.journal import read_journal

pytestmark = pytest.mark.cluster

ROOT = Path(__file__).parents[2]
WARDIAN = str(Path(sys.executable).parent / "wardian")
SKILL = "{accuracy: 0.8, wrong_argument: 0.1, loop: 0.1, latency_s: 0.1}"
JOB = f"""\
name: NAME
environments: [{{pack: counter, knobs: {{tasks: 10}}}}]
servers: {{sim: {{kind: simulator, skills: {{m: {SKILL}}}}}}}
models: {{m: {{server: sim}}}}
agents: [{{name: a, model: m}}, {{kind: reference}}]
repeats: 5
executor: {{kind: ray, workers: 2, concurrency: 2}}
tracking: {{enabled: false}}
"""


def run_of(project: Path, name: str) -> RunFolder | None:
    return next((RunFolder(path.parent) for path in (project / "runs").glob(f"{name}-*/job.json")), None)


def wardian(project: Path, *words: str) -> None:
    done = subprocess.run([WARDIAN, *words], cwd=project, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stderr


def killed_run(project: Path) -> RunFolder:
    """A run whose driver was killed after some results."""
    with open(project / "driver.log", "wb") as log:
        driver = subprocess.Popen([WARDIAN, "run", "killed.yaml"], cwd=project, stdout=log, stderr=log)
    deadline = time.monotonic() + 120
    while (folder := run_of(project, "killed")) is None or len(list(read_journal(folder.store))) < 10:
        assert driver.poll() is None, (project / "driver.log").read_text()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.kill(driver.pid, signal.SIGKILL)
    driver.wait(10)
    return folder


def test_a_killed_driver_s_run_is_resumed_and_equals_an_undisturbed_one(tmp_path: Path) -> None:
    (tmp_path / "envs").mkdir()
    (tmp_path / "envs" / "counter").symlink_to(ROOT / "tests" / "support" / "packs" / "counter")
    for name in ("killed", "undisturbed"):
        (tmp_path / f"{name}.yaml").write_text(JOB.replace("NAME", name))
    folder = killed_run(tmp_path)
    finished = [finished.result.episode for finished in read_journal(folder.store)]
    assert 10 <= len(finished) < 100
    wardian(tmp_path, "resume", folder.id, "--set", "executor.workers=1", "--set", "executor.concurrency=16")
    keys = [finished.result.episode for finished in read_journal(folder.store)]
    assert keys[: len(finished)] == finished
    assert set(Counter(keys).values()) == {1}
    assert len(keys) == 100
    wardian(tmp_path, "run", "undisturbed.yaml", "--set", "executor={kind: local}")
    undisturbed = run_of(tmp_path, "undisturbed")
    assert undisturbed is not None
    assert essence(folder.records()) == essence(undisturbed.records())
