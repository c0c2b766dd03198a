"""A run that belongs to a cluster: who started it may go away, and its coordinator may be killed."""

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest
from cluster.conftest import BIN, Head
from support.hosted import actors, check_complete, last, project, until
from support.random_provider import speaking

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(300)]

WARDIAN = str(BIN / "wardian")
EPISODES, EACH = 60, 6


def kill(kind: str, before: set[int]) -> None:
    """Kill -9 the actor of a class that was not there before."""
    (pid,) = actors(kind, {}) - before
    os.kill(pid, signal.SIGKILL)


def test_a_run_outlives_who_started_it(head: Head, tmp_path: Path) -> None:
    with speaking(tmp_path, "--latency=0.2") as spoke:
        folder = project(tmp_path, head.address, spoke, episodes=EPISODES, each=EACH, workers=2)
        client = head.start(WARDIAN, "run", "job.yaml", cwd=folder)
        until(lambda: len(spoke.answers()) > 40, "nothing was played")
        os.kill(client.pid, signal.SIGKILL)
        client.communicate(timeout=10)
        attached = head.run(WARDIAN, "attach", "last", "--json", cwd=folder)
        assert attached.returncode == 0, attached.stderr
        assert json.loads(attached.stdout)["unplayed"] == 0
        check_complete(folder, spoke, EPISODES)
        assert spoke.repeated() == 0


def test_a_killed_coordinator_comes_back_and_finds_its_workers_playing(head: Head, tmp_path: Path) -> None:
    before, exporters = actors("RunCoordinator", {}), actors("ResultExporter", {})
    with speaking(tmp_path, "--latency=0.2") as spoke:
        folder = project(tmp_path, head.address, spoke, episodes=EPISODES, each=EACH, workers=2)
        client = head.start(WARDIAN, "run", "job.yaml", cwd=folder)
        until(lambda: len(spoke.answers()) > 40, "nothing was played")
        workers = actors("EpisodeWorker", {})
        with spoke.silent():
            kill("RunCoordinator", before)
            until(lambda: last(folder).store.get("epoch") == b"2", "nobody took over")
            until(lambda: bool(actors("ResultExporter", {}) - exporters), "nobody makes tables")
            kill("ResultExporter", exporters)
        out, _ = client.communicate(timeout=120)
        assert client.returncode == 0, out
        check_complete(folder, spoke, EPISODES)
        assert spoke.repeated() == 0, "its workers went on"
        assert not actors("EpisodeWorker", {}) & workers, "they end with the run"


def test_a_coordinator_that_is_killed_before_its_workers_are_open_finds_them_all_the_same(
    head: Head, tmp_path: Path
) -> None:
    """They wait for somebody who opens them and lets them play."""
    before, others = actors("RunCoordinator", {}), actors("EpisodeWorker", {})
    with speaking(tmp_path, "--latency=0.02") as spoke:
        folder = project(tmp_path, head.address, spoke, episodes=EPISODES, each=EACH, workers=2)
        client = head.start(WARDIAN, "run", "job.yaml", cwd=folder)
        until(lambda: bool(actors("EpisodeWorker", {}) - others), "there are no workers")
        assert not spoke.answers()
        kill("RunCoordinator", before)
        out, _ = client.communicate(timeout=120)
        assert client.returncode == 0, out
        check_complete(folder, spoke, EPISODES)
        assert spoke.repeated() == 0


def test_ctrl_c_pauses_and_resume_completes(head: Head, tmp_path: Path) -> None:
    with speaking(tmp_path, "--latency=0.2") as spoke:
        folder = project(tmp_path, head.address, spoke, episodes=EPISODES, each=EACH, workers=2)
        client = head.start(WARDIAN, "run", "job.yaml", cwd=folder)
        until(lambda: len(spoke.answers()) > 40, "nothing was played")
        client.send_signal(signal.SIGINT)
        out, _ = client.communicate(timeout=60)
        assert client.returncode == 130, out
        assert "resume" in out
        done = head.run(WARDIAN, "resume", "last", cwd=folder)
        assert done.returncode == 0, done.stderr
        check_complete(folder, spoke, EPISODES)
        assert spoke.repeated() <= 2 * EACH


def test_detached_it_is_paused_and_cancelled_from_anywhere(head: Head, tmp_path: Path) -> None:
    with speaking(tmp_path, "--latency=0.2") as spoke:
        folder = project(tmp_path, head.address, spoke, episodes=EPISODES, each=EACH, workers=2)
        assert head.run(WARDIAN, "run", "job.yaml", "--detach", cwd=folder).returncode == 0
        until(lambda: len(spoke.answers()) > 20, "nothing was played")
        before = last(folder).store.get("job.json")
        with spoke.silent():
            second = head.run(WARDIAN, "resume", "last", "--set", "limits.turns=3", cwd=folder)
            assert second.returncode != 0
            assert last(folder).store.get("job.json") == before, "who is refused changes nothing"
            assert "being played" in second.stderr or "another process is playing" in second.stderr
            assert head.run(WARDIAN, "cancel", "last", cwd=folder).returncode == 0
            assert not last(folder).played
        done = head.run(WARDIAN, "resume", "last", cwd=folder)
        assert done.returncode == 0, done.stderr
        check_complete(folder, spoke, EPISODES)


def test_what_the_user_must_mend_is_one_line(head: Head, tmp_path: Path) -> None:
    """Found by a worker, told by the coordinator, printed by whoever typed the command."""
    with speaking(tmp_path, "--latency=0.2") as spoke:
        folder = project(tmp_path, head.address, spoke, episodes=EPISODES, each=EACH, workers=2)
        config = folder / "job.yaml"
        config.write_text(config.read_text().replace("base_url", "api_key_env: ONLY_HERE, base_url"))
        environ = {**head.environ, "ONLY_HERE": "sk-0123456789"}
        words = [WARDIAN, "run", "job.yaml"]
        done = subprocess.run(words, cwd=folder, env=environ, capture_output=True, text=True, timeout=120)
        assert done.returncode == 5, done.stderr
        assert "ONLY_HERE" in done.stderr
        assert "Traceback" not in done.stderr
        assert done.stderr.count("wardian: ") == 1
