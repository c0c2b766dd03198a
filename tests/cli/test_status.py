"""`wardian status`: while a run goes on, after its end, and when its process is gone."""

import asyncio
import subprocess
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import orjson
import pytest
from cli.conftest import Wardian

from wardian.base.clients import Allowance
from wardian.cli.status import Seen, watch_status
from wardian.runs.folder import RunFolder
from wardian.runs.gauges import WorkerGauge
from wardian.runs.status import InFlight, LaneStatus, read_status, write_status

RunVirtual = Callable[[Coroutine[Any, Any, Any]], Any]
LANE = LaneStatus(
    lane="mini",
    in_flight=12,
    waiting=3,
    oldest_wait_s=75.0,
    requests_per_min=480.0,
    tokens_per_min=81_000.0,
    rate_limited=2,
    retries=4,
    breaker="open",
    allowance=Allowance(rpm=500, blocked_s=9.0),
)
LOCK = """\
import fcntl, sys
file = open(sys.argv[1], "ab")
fcntl.flock(file, fcntl.LOCK_EX)
print("locked", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def folder(project: Path, wardian: Wardian) -> RunFolder:
    """A run that is over."""
    assert wardian("run", "job.yaml").code == 0
    return RunFolder.find("last", project / "runs")


def unfinished(folder: RunFolder) -> None:
    """As if its process had been killed long ago in the middle."""
    status = read_status(folder.store)
    change = {
        "state": "running",
        "written_at": status.written_at - 100.0,
        "finished": 5,
        "missing": 1,
        "in_flight": 2,
        "episodes_per_min": 30.0,
        "eta_s": 90.0,
        "spent_usd": None,
        "oldest": (InFlight(episode="abc", arm="idle", task="counter/2", age_s=42.0),),
        "lanes": (LANE,),
        "workers": (WorkerGauge(name="worker-0.0", host="node-7", pid=5, episodes=2),),
    }
    write_status(folder.store, status.model_copy(update=change))


def test_a_run_that_is_over(folder: RunFolder, wardian: Wardian) -> None:
    done = wardian("status")
    assert done.code == 0
    assert f"run      {folder.id}: finished 0 s ago" in done.out
    assert "episodes 8 of 8 finished, 0 in flight" in done.out
    assert "$0.0000" in done.out
    watched = wardian("status", folder.id, "--watch")
    assert watched.out.count("run      ") == 1, "there is nothing to wait for"


def test_a_run_whose_process_is_gone(folder: RunFolder, wardian: Wardian) -> None:
    unfinished(folder)
    lines = wardian("status").out.splitlines()
    assert lines[0].startswith(f"run      {folder.id}: lost: its process said nothing for 1 min")
    assert lines[0].endswith(f"`wardian resume {folder.id}`")
    assert lines[1:3] == [
        "episodes 5 of 8 finished, 1 of them missing, 2 in flight",
        "spent    unknown (a model has no price)",
    ]
    assert lines[3] == (
        "lane     mini: in flight 12, waiting 3 (oldest 1 min 15 s), requests/min 480 of 500, tokens/min 81,000, "
        "429s 2, failed 0, retries 4, breaker open, blocked for 9 s"
    )
    document = orjson.loads(wardian("status", "--json").out)
    assert (document["format"], document["state"], document["lanes"][0]["lane"]) == (1, "lost", "mini")
    assert document["age_s"] > 100


def test_simulated_models_cost_nothing_and_it_says_so(folder: RunFolder, wardian: Wardian) -> None:
    status = read_status(folder.store)
    write_status(folder.store, status.model_copy(update={"simulated": True, "spent_usd": 0.5}))
    assert "spent    nothing (simulated models)" in wardian("status").out


def test_a_run_of_another_process_that_says_nothing(folder: RunFolder, wardian: Wardian) -> None:
    """The lock of whoever plays it says that it is alive, whichever machine it runs on."""
    unfinished(folder)
    words = [sys.executable, "-c", LOCK, str(folder.path / "writer.lock")]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "locked\n"
        out = wardian("status").out
        other.communicate()
    assert "running, but has said nothing for 1 min" in out
    assert "pace     30 episodes a minute, about 1 min 30 s left" in out
    assert "oldest   abc idle counter/2: 42 s" in out
    assert "worker   worker-0.0 on node-7 (pid 5): 2 episodes" in out
    assert not folder.played


def test_a_run_that_has_said_nothing_yet(folder: RunFolder, wardian: Wardian) -> None:
    folder.store.remove("status.json")
    done = wardian("status")
    assert (done.code, done.out) == (2, "")
    assert "status.json: this run has said nothing yet" in done.err


def test_watching_ends_with_the_run(folder: RunFolder, run_virtual: RunVirtual) -> None:
    status = read_status(folder.store)
    states = iter(("running", "silent", "running", "stopped"))
    shown: list[tuple[str, float]] = []

    class Clock:
        def now(self) -> float:
            return 0.0

        def monotonic(self) -> float:
            return asyncio.get_running_loop().time()

        async def sleep(self, seconds: float) -> None:
            await asyncio.sleep(seconds)

    def look() -> Seen:
        return Seen.model_validate({"state": next(states), "age_s": 0.0, "status": status, "argument": "run-1"})

    def show(seen: Seen) -> None:
        shown.append((seen.state, Clock().monotonic()))

    run_virtual(watch_status(look, show, Clock(), once=False))
    assert shown == [("running", 0.0), ("silent", 1.0), ("running", 2.0), ("stopped", 3.0)]
