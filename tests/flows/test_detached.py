"""Runs that go on without a terminal, as processes: started, watched, paused, followed to their end."""

import subprocess
import sys
import time
from pathlib import Path

import orjson
import pytest
from flows.conftest import SlowProject

from wardian.runs.folder import RunFolder
from wardian.runs.journal import read_journal

WARDIAN = str(Path(sys.executable).parent / "wardian")


@pytest.fixture
def project(slow_project: SlowProject) -> Path:
    return slow_project(0.2)


def wardian(project: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([WARDIAN, *words], cwd=project, capture_output=True, text=True, timeout=120, check=False)


def the_run(project: Path) -> RunFolder:
    (job,) = (project / "runs").glob("*/job.json")
    return RunFolder(job.parent)


def is_played(folder: RunFolder) -> bool:
    """Now: it changes from one moment to the next."""
    return folder.played


@pytest.mark.parametrize("how", ["pause", "cancel"])
def test_a_detached_run_goes_on_until_it_is_stopped_and_then_from_there(project: Path, how: str) -> None:
    started = wardian(project, "run", "job.yaml", "--detach")
    assert started.returncode == 0, started.stderr
    folder = the_run(project)
    assert started.stdout.startswith(f"{folder.id}: plays on its own (pid ")
    assert is_played(folder)
    stopped = wardian(project, how)
    assert (stopped.returncode, stopped.stderr) == (0, "")
    assert not is_played(folder)
    assert len(list(read_journal(folder.store))) < 40
    assert orjson.loads(wardian(project, "status", "--json").stdout)["state"] == "stopped"
    again = wardian(project, how)
    assert again.returncode == 2
    assert again.stderr.startswith(f"wardian: {folder.id} is not being played")
    assert wardian(project, "resume", "last", "--set", "executor.concurrency=40").returncode == 0
    keys = [finished.result.episode for finished in read_journal(folder.store)]
    assert len(keys) == len(set(keys)) == 40
    assert sorted(record.episode.spec.key for record in folder.records()) == sorted(keys)


def test_who_follows_a_run_sees_its_end_and_gets_its_code(project: Path) -> None:
    started = wardian(project, "run", "job.yaml", "--detach", "--json", "--set", "executor.concurrency=8")
    assert started.returncode == 0, started.stderr
    assert orjson.loads(started.stdout)["folder"] == str(the_run(project).path)
    followed = wardian(project, "attach", "--json")
    assert followed.returncode == 0, followed.stderr
    assert orjson.loads(followed.stdout)["unplayed"] == 0
    assert len(list(the_run(project).finished())) == 40
    assert wardian(project, "attach").returncode == 0


def test_a_detached_run_that_cannot_begin_says_why(project: Path) -> None:
    job = project / "job.yaml"
    job.write_text(job.read_text().replace("sim: {kind", "sim: {api_key_env: NOT_THERE, kind"))
    started = wardian(project, "run", "job.yaml", "--detach")
    assert started.returncode != 0
    assert "NOT_THERE" in started.stderr


def test_a_detached_run_whose_process_cannot_begin_leaves_its_code_and_nothing_else(project: Path) -> None:
    words = ("--set", "executor={kind: ray, worker_cpus: 4096}")
    started = wardian(project, "run", "job.yaml", "--detach", *words)
    assert started.returncode == 2, started.stderr
    assert " did not start: executor.worker_cpus: a worker needs 4096 CPUs" in started.stderr
    assert not list((project / "runs").glob("*/job.json"))


def test_a_run_that_is_stopped_while_it_still_opens_what_it_needs_stops(project: Path) -> None:
    words = [WARDIAN, "run", "job.yaml"]
    with subprocess.Popen(words, cwd=project, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while not any(RunFolder(path.parent).played for path in project.glob("runs/*/job.json")):
            time.sleep(0.02)
        time.sleep(0.05)
        the_run(project).ask_to_stop("pause")
        assert process.wait(120) == 3
    assert not the_run(project).begun or len(list(the_run(project).finished())) < 40


def test_half_a_word_in_the_file_stops_nothing(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    for said, heard in (("", None), ("can", None), ("cancel", "cancel"), ("pause", "pause")):
        (tmp_path / "stop").write_text(said)
        assert folder.stop_request == heard
