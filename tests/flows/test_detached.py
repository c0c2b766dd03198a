"""Runs that go on without a terminal, as processes: started, watched, paused, followed to their end."""

import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from wardian.runs.folder import RunFolder
from wardian.runs.journal import is_written, read_journal

ROOT = Path(__file__).parents[2]
WARDIAN = str(Path(sys.executable).parent / "wardian")
JOB = """\
name: slow
environments: [{pack: counter, knobs: {tasks: 10}}]
servers: {sim: {kind: simulator, skills: {m: {accuracy: 1.0, latency_s: 0.2}}}}
models: {m: {server: sim}}
agents: [{name: a, model: m}]
repeats: 4
executor: {kind: local, concurrency: 4}
tracking: {enabled: false}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "envs").mkdir()
    (tmp_path / "envs" / "counter").symlink_to(ROOT / "tests" / "support" / "packs" / "counter")
    (tmp_path / "job.yaml").write_text(JOB)
    return tmp_path


def wardian(project: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([WARDIAN, *words], cwd=project, capture_output=True, text=True, timeout=120, check=False)


def the_run(project: Path) -> RunFolder:
    (job,) = (project / "runs").glob("*/job.json")
    return RunFolder(job.parent)


@pytest.mark.parametrize("how", ["pause", "cancel"])
def test_a_detached_run_goes_on_until_it_is_stopped_and_then_from_there(project: Path, how: str) -> None:
    started = wardian(project, "run", "job.yaml", "--detach")
    assert started.returncode == 0, started.stderr
    folder = the_run(project)
    assert started.stdout.startswith(f"{folder.id}: plays on its own (pid ")
    assert is_written(folder.journal)
    stopped = wardian(project, how)
    assert (stopped.returncode, stopped.stderr) == (0, "")
    assert not is_written(folder.journal)
    assert len(list(read_journal(folder.journal))) < 40
    assert orjson.loads(wardian(project, "status", "--json").stdout)["state"] == "stopped"
    again = wardian(project, how)
    assert again.returncode == 2
    assert again.stderr.startswith(f"wardian: {folder.id} is not being played")
    assert wardian(project, "resume", "last", "--set", "executor.concurrency=40").returncode == 0
    assert sorted({scored.episode.spec.key for scored in folder.results()}) == sorted(folder.finished())
    assert len(folder.finished()) == 40


def test_who_follows_a_run_sees_its_end_and_gets_its_code(project: Path) -> None:
    assert wardian(project, "run", "job.yaml", "--detach").returncode == 0
    followed = wardian(project, "attach", "--json")
    assert followed.returncode == 0, followed.stderr
    assert orjson.loads(followed.stdout)["unplayed"] == 0
    assert len(the_run(project).finished()) == 40
    assert wardian(project, "attach").returncode == 0


def test_a_detached_run_that_cannot_begin_says_why(project: Path) -> None:
    (project / "job.yaml").write_text(JOB.replace("sim: {kind", "sim: {api_key_env: NOT_THERE, kind"))
    started = wardian(project, "run", "job.yaml", "--detach")
    assert started.returncode != 0
    assert "NOT_THERE" in started.stderr
