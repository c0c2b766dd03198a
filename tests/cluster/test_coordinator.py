"""A run that belongs to a cluster: who started it may go away, and its coordinator may be killed."""

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from cluster.conftest import BIN, Head
from support.random_provider import Spoke, speaking

from wardian.runs.folder import RunFolder
from wardian.runs.journal import manifest, manifest_logs

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(240)]

ROOT = Path(__file__).parents[2]
WARDIAN = str(BIN / "wardian")
EPISODES, EACH = 60, 6
JOB = """\
name: hosted
environments: [{pack: counter, knobs: {tasks: EPISODES}}]
models: {m: {base_url: "URL"}}
agents: [{name: a, model: m}]
executor: {kind: ray, workers: 2, concurrency: EACH, address: "ADDRESS", lease_s: 3}
tracking: {enabled: false}
"""


def project(folder: Path, head: Head, spoke: Spoke) -> Path:
    (folder / "envs").mkdir()
    (folder / "envs" / "counter").symlink_to(ROOT / "tests" / "support" / "packs" / "counter")
    words = {"URL": spoke.url, "ADDRESS": head.address, "EPISODES": str(EPISODES), "EACH": str(EACH)}
    (folder / "job.yaml").write_text(re.sub("|".join(words), lambda found: words[found[0]], JOB))
    return folder


def until(true: Callable[[], bool], what: str, longest_s: float = 90.0) -> None:
    deadline = time.monotonic() + longest_s
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def last(folder: Path) -> RunFolder:
    return RunFolder.find("last", folder / "runs")


def processes(title: str) -> set[int]:
    """The actors of all Rays on this machine with this class, by what Ray writes into their title."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().decode(errors="replace")
        except OSError:
            continue
        if words.startswith(f"ray::{title}"):
            found.add(int(path.parent.name))
    return found


def kill(title: str, before: set[int]) -> int:
    """Kill -9 the actor of a class that was not there before."""
    (pid,) = processes(title) - before
    os.kill(pid, signal.SIGKILL)
    return pid


def check_complete(folder: Path, spoke: Spoke) -> None:
    """Every episode once: in the manifest and in the tables, and nothing that was not said."""
    run = last(folder)
    keys = [each.result.episode for log in manifest_logs(run.store) for _, each in manifest(run.store, log)]
    assert len(set(keys)) == len(keys) == EPISODES
    records = list(run.records())
    assert not any(record.episode.failure for record in records)
    assert all(spoke.said(record.episode) for record in records)
    rows = pq.read_table(run.tables / "episodes.parquet")["episode_id"].to_pylist()
    assert sorted(rows) == sorted(keys)
    assert not run.played


def test_a_run_outlives_who_started_it(head: Head, tmp_path: Path) -> None:
    with speaking(tmp_path) as spoke:
        folder = project(tmp_path, head, spoke)
        client = head.start(WARDIAN, "run", "job.yaml", cwd=folder)
        until(lambda: len(spoke.answers()) > 40, "nothing was played")
        os.kill(client.pid, signal.SIGKILL)
        client.communicate(timeout=10)
        attached = head.run(WARDIAN, "attach", "last", "--json", cwd=folder)
        assert attached.returncode == 0, attached.stderr
        assert json.loads(attached.stdout)["unplayed"] == 0
        check_complete(folder, spoke)
        assert spoke.repeated() == 0


def test_a_killed_coordinator_comes_back_and_finds_its_workers_playing(head: Head, tmp_path: Path) -> None:
    before, exporters = processes("RunCoordinator"), processes("ResultExporter")
    with speaking(tmp_path) as spoke:
        folder = project(tmp_path, head, spoke)
        client = head.start(WARDIAN, "run", "job.yaml", cwd=folder)
        until(lambda: len(spoke.answers()) > 40, "nothing was played")
        workers = processes("EpisodeWorker")
        kill("RunCoordinator", before)
        until(lambda: last(folder).store.get("epoch") == b"2", "nobody took over")
        until(lambda: bool(processes("ResultExporter") - exporters), "nobody makes tables")
        kill("ResultExporter", exporters)
        out, _ = client.communicate(timeout=120)
        assert client.returncode == 0, out
        check_complete(folder, spoke)
        assert spoke.repeated() == 0, "its workers went on"
        assert not processes("EpisodeWorker") & workers, "they end with the run"


def test_ctrl_c_pauses_and_resume_completes(head: Head, tmp_path: Path) -> None:
    with speaking(tmp_path) as spoke:
        folder = project(tmp_path, head, spoke)
        client = head.start(WARDIAN, "run", "job.yaml", cwd=folder)
        until(lambda: len(spoke.answers()) > 40, "nothing was played")
        client.send_signal(signal.SIGINT)
        out, _ = client.communicate(timeout=60)
        assert client.returncode == 130, out
        assert "resume" in out
        done = head.run(WARDIAN, "resume", "last", cwd=folder)
        assert done.returncode == 0, done.stderr
        check_complete(folder, spoke)
        assert spoke.repeated() <= 2 * EACH


def test_detached_it_is_paused_and_cancelled_from_anywhere(head: Head, tmp_path: Path) -> None:
    with speaking(tmp_path) as spoke:
        folder = project(tmp_path, head, spoke)
        assert head.run(WARDIAN, "run", "job.yaml", "--detach", cwd=folder).returncode == 0
        until(lambda: len(spoke.answers()) > 20, "nothing was played")
        second = head.run(WARDIAN, "resume", "last", cwd=folder)
        assert second.returncode != 0
        assert "being played" in second.stderr or "another process is playing" in second.stderr
        assert head.run(WARDIAN, "cancel", "last", cwd=folder).returncode == 0
        assert not last(folder).played
        done = head.run(WARDIAN, "resume", "last", cwd=folder)
        assert done.returncode == 0, done.stderr
        check_complete(folder, spoke)


def test_what_the_user_must_mend_is_one_line(head: Head, tmp_path: Path) -> None:
    """Found by a worker, told by the coordinator, printed by whoever typed the command."""
    with speaking(tmp_path) as spoke:
        folder = project(tmp_path, head, spoke)
        config = folder / "job.yaml"
        config.write_text(config.read_text().replace("base_url", "api_key_env: ONLY_HERE, base_url"))
        environ = {**head.environ, "ONLY_HERE": "sk-0123456789"}
        words = [WARDIAN, "run", "job.yaml"]
        done = subprocess.run(words, cwd=folder, env=environ, capture_output=True, text=True, timeout=120)
        assert done.returncode == 5, done.stderr
        assert "ONLY_HERE" in done.stderr
        assert "Traceback" not in done.stderr
