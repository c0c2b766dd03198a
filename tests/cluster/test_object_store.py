"""Runs in a bucket on Ray: workers write there by themselves, and play on what a lost one has left there."""

import os
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from cluster.conftest import BIN, Head
from support.hosted import actors, project, until
from support.random_provider import Spoke, speaking
from support.s3_server import ENVIRON, S3Server

from wardian.output import open_output
from wardian.runs.folder import RunFolder
from wardian.runs.journal import manifest, manifest_logs
from wardian.runs.status import read_status

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(400), pytest.mark.usefixtures("s3_keys")]

WARDIAN = str(BIN / "wardian")
EPISODES, EACH = 40, 6


def machine(folder: Path, name: str) -> dict[str, str]:
    """The environment of one whose temporary folder nobody else uses, but for Ray: its paths must be short."""
    (folder / name).mkdir()
    return {**os.environ, **ENVIRON, "TMPDIR": str(folder / name), "RAY_TMPDIR": tempfile.gettempdir()}


def the_run(url: str) -> RunFolder:
    """The only one there."""
    (run,) = open_output(url, os.environ).runs()
    return run


def await_answers(spoke: Spoke, process: "subprocess.Popen[str]", said: Callable[[], str]) -> None:
    """Wait until much has been played and not all."""
    until(lambda: len(spoke.answers()) > 40 or process.poll() is not None, "nothing was played")
    assert process.poll() is None, said()


def check_complete(run: RunFolder, spoke: Spoke) -> None:
    keys = [each.result.episode for log in manifest_logs(run.store) for _, each in manifest(run.store, log)]
    assert len(set(keys)) == len(keys) == EPISODES
    episodes = [record.episode for record in run.records()]
    assert not any(episode.failure for episode in episodes)
    assert all(spoke.said(episode) for episode in episodes)
    tables = run.store.get("tables/episodes.parquet")
    assert tables is not None
    assert Counter(map(str, pq.read_table(BytesIO(tables))["episode_id"])) == Counter(keys)
    assert not run.played
    assert not run.store.logs("calls")


def test_a_killed_worker_s_episodes_are_played_on_by_the_other(tmp_path: Path, s3_server: S3Server) -> None:
    url = s3_server.url(f"ray/{tmp_path.name}")
    with speaking(tmp_path, "--latency=0.3") as spoke:
        folder = project(tmp_path, "local", spoke, episodes=EPISODES, each=EACH, workers=2)
        words = [WARDIAN, "run", "job.yaml", "--set", f"output={url}"]
        said = tmp_path / "said"
        with open(said, "w") as log:
            driver = subprocess.Popen(
                words, cwd=folder, env=machine(tmp_path, "here"), stdout=log, stderr=log, text=True
            )
        await_answers(spoke, driver, said.read_text)
        run = the_run(url)
        until(lambda: len(read_status(run.store).workers) == 2, "a worker says nothing")
        first, second = read_status(run.store).workers
        os.kill(first.pid, signal.SIGKILL)
        assert driver.wait(240) == 0, said.read_text()
        assert first.pid != second.pid
        assert spoke.repeated() <= EACH
        check_complete(run, spoke)
        assert any(record.episode.replayed_calls for record in run.records())
        assert len(run.store.logs("results")) == 3, "one of each worker, also of the one that came in its place"
        shown = subprocess.run(
            [WARDIAN, "results", run.url], cwd=folder, env=machine(tmp_path, "there"), capture_output=True, text=True
        )
        assert f"results  {run.store.url}/: tables/*.parquet" in shown.stdout


def test_a_killed_coordinator_comes_back_when_it_is_certain_that_it_was_killed(
    head: Head, tmp_path: Path, s3_server: S3Server
) -> None:
    """Nobody sees at once that it died. Its workers wait for the next one."""
    url = s3_server.url(f"hosted/{tmp_path.name}")
    before = actors("RunCoordinator", {})
    with speaking(tmp_path, "--latency=0.3") as spoke:
        folder = project(tmp_path, head.address, spoke, episodes=EPISODES, each=EACH, workers=2)
        client = head.start(WARDIAN, "run", "job.yaml", "--set", f"output={url}", cwd=folder)
        await_answers(spoke, client, lambda: str(client.communicate()))
        run = the_run(url)
        (pid,) = actors("RunCoordinator", {}) - before
        killed_at = time.monotonic()
        os.kill(pid, signal.SIGKILL)
        until(lambda: run.store.get("epoch") == b"2", "nobody took over")
        assert time.monotonic() - killed_at > 20
        out, _ = client.communicate(timeout=120)
        assert client.returncode == 0, out
        assert f"results  {run.store.url}/: tables/*.parquet" in out
        check_complete(run, spoke)
        assert spoke.repeated() == 0, "its workers were there all the time"
