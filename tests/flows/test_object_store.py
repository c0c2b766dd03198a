"""Runs in a bucket, played by processes on machines that share nothing else: killed, stopped, cut off, and resumed."""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import orjson
import pyarrow.parquet as pq
import pytest
from flows.conftest import SlowProject
from flows.test_durable import EPISODES, IN_FLIGHT, WARDIAN, project
from support import bucket_player
from support.random_provider import Spoke, speaking
from support.s3_server import ENVIRON, S3Server, s3_server

from wardian.output import open_output, open_run
from wardian.runs.folder import RunFolder
from wardian.runs.journal import read_journal
from wardian.specs.load import load

pytestmark = pytest.mark.usefixtures("s3_keys")
PLAYER = [sys.executable, bucket_player.__file__]


class Machine:
    """Where processes have a temporary folder of their own.

    Args:
        project: the working folder of all machines.
        name: of this one.
    """

    def __init__(self, project: Path, name: str) -> None:
        self._project = project
        self._temporary = project / "machines" / name
        self._temporary.mkdir(parents=True)

    def start(self, *words: str) -> "subprocess.Popen[str]":
        """A process of this machine."""
        environ = os.environ | ENVIRON | {"TMPDIR": str(self._temporary)}
        pipe = subprocess.PIPE
        return subprocess.Popen(words, cwd=self._project, env=environ, stdout=pipe, stderr=pipe, text=True)

    def done(self, *words: str, code: int = 0) -> str:
        """What it prints, when it ends with this code."""
        process = self.start(*words)
        out, err = process.communicate(timeout=240)
        assert process.returncode == code, err
        return out


def new_run(folder: Path, url: str) -> RunFolder:
    """A run of the job in this folder that nobody has played yet."""
    job = load(folder / "job.yaml", overrides=[f"output={url}"], environ={})
    return open_output(url, os.environ).create(job, datetime.now(UTC))


def killed_after(answers: int, spoke: Spoke, process: "subprocess.Popen[str]") -> None:
    while len(spoke.answers()) < answers:
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    process.kill()
    process.communicate(timeout=10)


def check_complete(run: RunFolder, spoke: Spoke) -> None:
    """Every episode once in the journal and in the tables beside it, with nothing that was not said."""
    keys = [finished.result.episode for finished in read_journal(run.store)]
    assert len(set(keys)) == len(keys) == EPISODES
    episodes = [record.episode for record in run.records()]
    assert not any(episode.failure for episode in episodes)
    assert all(spoke.said(episode) for episode in episodes)
    assert any(episode.replayed_calls for episode in episodes)
    assert all(episode.attempt == 1 for episode in episodes)
    tables = run.store.get("tables/episodes.parquet")
    assert tables is not None
    assert Counter(map(str, pq.read_table(BytesIO(tables))["episode_id"])) == Counter(keys)
    assert not run.store.logs("calls")


def test_a_killed_run_goes_on_where_it_was_on_another_machine(tmp_path: Path, s3_server: S3Server) -> None:
    with speaking(tmp_path) as spoke:
        folder = project(tmp_path, spoke.url)
        run = new_run(folder, s3_server.url(f"killed/{tmp_path.name}"))
        killed_after(60, spoke, Machine(folder, "first").start(*PLAYER, run.url))
        told_at = time.monotonic()
        refused = Machine(folder, "second").done(*PLAYER, run.url, code=2)
        assert refused == "", "nobody knows yet that it is dead"
        time.sleep(max(0.0, told_at + bucket_player.STALE_S + 1.0 - time.monotonic()))
        Machine(folder, "third").done(*PLAYER, run.url)
        assert spoke.repeated() <= IN_FLIGHT
        check_complete(run, spoke)


@pytest.fixture
def dying(tmp_path: Path) -> Iterator[S3Server]:
    """A server that has everything again after it was killed."""
    (tmp_path / "s3").mkdir()
    with s3_server(tmp_path / "s3", remembers=True) as server:
        yield server


def test_a_store_that_dies_pauses_the_run_and_nothing_is_lost(tmp_path: Path, dying: S3Server) -> None:
    with speaking(tmp_path) as spoke:
        folder = project(tmp_path, spoke.url)
        run = new_run(folder, dying.url("dying"))
        process = Machine(folder, "first").start(*PLAYER, run.url)
        while len(spoke.answers()) < 60:
            assert process.poll() is None, process.communicate()
            time.sleep(0.01)
        dying.kill()
        out, err = process.communicate(timeout=240)
        assert process.returncode == 3, err
        outcome = orjson.loads(out)
        assert outcome["paused"]["reason"] == "disk"
        assert outcome["missing"] == 0
        line = next(line for line in err.splitlines() if line.startswith("paused: "))
        assert line.startswith("paused: the disk or bucket takes nothing more: ")
        assert f"wardian resume '{run.url}'" in line
        assert "Traceback" not in err

        dying.start()
        time.sleep(bucket_player.STALE_S + 1.0)  # it could not say that it gives the run up
        Machine(folder, "second").done(*PLAYER, run.url)
        assert (
            spoke.repeated() <= 2 * IN_FLIGHT
        )  # what was answered and could not be written down, and what was on its way
        check_complete(open_run(run.url, os.environ), spoke)


@pytest.mark.parametrize("how", ["pause", "cancel"])
def test_a_run_is_stopped_from_another_machine(slow_project: SlowProject, s3_server: S3Server, how: str) -> None:
    folder = slow_project(0.5)
    url = s3_server.url(f"{how}/{folder.name}")
    here, there = Machine(folder, "here"), Machine(folder, "there")
    started = here.done(*WARDIAN, "run", "job.yaml", "--set", f"output={url}", "--detach", "--json")
    run = open_run(orjson.loads(started)["url"], os.environ)
    assert run.store.held()
    stopped = there.done(*WARDIAN, how, "last", "--output", url)
    assert stopped == f"{run.id}: stopped; `wardian resume '{run.url}'` plays the rest\n"
    assert not run.store.held()
    assert orjson.loads(there.done(*WARDIAN, "status", run.url, "--json"))["state"] == "stopped"
    before = [finished.result.episode for finished in read_journal(run.store)]
    assert len(before) < 40
    there.done(*WARDIAN, "resume", run.url, "--set", "executor.concurrency=40")
    keys = [finished.result.episode for finished in read_journal(run.store)]
    assert keys[: len(before)] == before
    assert len(keys) == len(set(keys)) == 40
    assert here.done(*WARDIAN, "attach", run.url).count(f"results  {run.store.url}/: tables") == 1
