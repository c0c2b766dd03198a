"""What the platform itself costs: per turn, per episode, at the start.

python benchmarks/skeleton.py [--quick] [--json] [--only cpu,makespan,scripted,fork,start] [--peers [--venvs DIR]]

CPU figures are those of the process that plays (what a worker is); the simulated provider is another process.
--peers adds what a turn costs in other frameworks; it installs them (minutes, the first time), not in this
environment but each in one of its own. `--only peers` plays nothing else.
"""

import argparse
import asyncio
import gc
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

import aiohttp
import httpx
import orjson
from goals import Goal, report
from makespan import CALLS, LATENCY_S, WORKERS, SleepyWorker, WarmWorker
from makespan import makespan as makespan_of
from peer_loops import Load, peer_goals
from venvs import CACHE, outside
from worlds import CONCURRENT, HERE, ROOTS, job_of, ordered, plan_of

from wardian.assembly import WorkOrder, open_play
from wardian.base.clock import SystemClock
from wardian.base.memory import collect_rarely
from wardian.environments.packs import load_packs
from wardian.models.quota import LocalQuota
from wardian.output import open_store
from wardian.runs.journal import encoded
from wardian.runs.local import LocalExecutor
from wardian.runs.records import Records
from wardian.scoring.finished import Finished
from wardian.specs.job import JobSpec

EPISODES_EACH = 2_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="smaller numbers, under a minute")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", default="cpu,makespan,scripted,fork,start")
    parser.add_argument("--peers", action="store_true", help="compare with other frameworks, which are installed")
    parser.add_argument("--venvs", type=outside, default=CACHE, metavar="DIR", help="where the peers are kept")
    options = parser.parse_args()
    peers = partial(_peers, venvs=options.venvs)
    measures: dict[str, Callable[..., Iterable[Goal]]] = {
        "cpu": cpu,
        "makespan": makespan,
        "scripted": scripted,
        "fork": fork,
        "start": start,
        "peers": peers,
    }
    names = dict.fromkeys([*options.only.split(","), *(["peers"] if options.peers else [])])
    goals = [goal for name in names for goal in measures[name](quick=options.quick)]
    report(goals, as_json=options.json)


def _peers(*, quick: bool, venvs: Path) -> Iterable[Goal]:
    return peer_goals(Load(episodes=100, rounds=1) if quick else Load(episodes=400, rounds=3), venvs)


def cpu(*, quick: bool) -> Iterator[Goal]:
    """CPU of a turn at 100 concurrent episodes, against a provider without latency."""
    runs = [asyncio.run(_cpu_per_turn(episodes=200 if quick else 800)) for _ in range(3)]
    ours = statistics.median(run["ours"] for run in runs)
    yield Goal("CPU a turn in the worker, everything included", ours, "ms", 0.7)
    for peer in ("aiohttp", "httpx"):
        ratio = statistics.median(run["ours"] / run[peer] for run in runs)
        yield Goal(f"that, relative to a bare {peer} loop that only sends the same number of calls", ratio, "x")


async def _cpu_per_turn(episodes: int) -> dict[str, float]:
    job = job_of({"pack": "retail"}, {"accuracy": 1.0}, repeats=max(1, episodes // 84))
    async with ordered(job) as order, open_play(order, LocalQuota({}, SystemClock()), {}) as play:
        collect_rarely()
        turns, records = 0, Records(open_store(order.store, {}))

        async def keep(finished: Finished) -> None:
            nonlocal turns
            turns += finished.result.calls
            encoded(await records.put(finished))  # what a worker writes down, and what travels to the driver

        begun = time.process_time()
        await LocalExecutor(play, CONCURRENT, play.lanes, play.settled).play_all(plan_of(job), keep)
        ours = time.process_time() - begun
        await records.close()
        gc.unfreeze()
        url = f"{order.servers['sim'].url}/v1/chat/completions"
        calls = min(turns, 2_000)
        seconds = {"ours": ours / turns}
        for name, bare in (("aiohttp", _bare_aiohttp), ("httpx", _bare_httpx)):
            begun = time.process_time()
            await bare(url, calls)
            seconds[name] = (time.process_time() - begun) / calls
    return {name: 1_000 * value for name, value in seconds.items()}


BODY = {"model": "m", "messages": [{"role": "user", "content": "Hello. " * 400}]}


async def _bare_aiohttp(url: str, calls: int) -> None:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def ask() -> None:
            async with session.post(url, data=orjson.dumps(BODY)) as response:
                orjson.loads(await response.read())

        await _side_by_side(ask, calls)


async def _bare_httpx(url: str, calls: int) -> None:
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(limits=limits) as client:

        async def ask() -> None:
            response = await client.post(url, content=orjson.dumps(BODY))
            orjson.loads(response.content)

        await _side_by_side(ask, calls)


async def _side_by_side(ask: Callable[[], Awaitable[None]], calls: int) -> None:
    waiting = iter(range(calls))

    async def slot() -> None:
        for _ in waiting:
            await ask()

    async with asyncio.TaskGroup() as group:
        for _ in range(CONCURRENT):
            group.create_task(slot())


def makespan(*, quick: bool) -> Iterator[Goal]:
    """Two workers full of episodes that mostly wait; the ideal is the model's latency alone."""
    name = f"{WORKERS} workers x {{}} concurrent episodes x {CALLS} turns of {LATENCY_S:g} s, makespan / ideal"
    each = 500 if quick else EPISODES_EACH
    ratio = asyncio.run(makespan_of(each, SleepyWorker)).seconds / (CALLS * LATENCY_S)
    yield Goal(name.format(f"{each:,}"), ratio, "x", 1.15)
    for each in (500,) if quick else (500, 1_000, EPISODES_EACH):
        ratio = asyncio.run(makespan_of(each, WarmWorker)).seconds / (CALLS * LATENCY_S)
        yield Goal(f"{name.format(f'{each:,}')}, simulated provider over HTTP on the same cores", ratio, "x")


def scripted(*, quick: bool) -> Iterator[Goal]:
    """Reference solutions of the shop in one process: no model, no network."""
    yield Goal("scripted retail episodes a second and core", asyncio.run(_scripted(quick)), "/s", 1_000, "at least")


async def _scripted(quick: bool) -> float:
    job = JobSpec.model_validate(
        {
            "name": "scripted",
            "environments": [{"pack": "retail"}],
            "agents": [{"kind": "reference"}],
            "repeats": 5 if quick else 20,
        }
    )
    solved = 0

    async def keep(finished: Finished) -> None:
        nonlocal solved
        solved += finished.result.values.get("success") == 1.0

    rates = []
    async with open_play(WorkOrder(job=job, roots=ROOTS), LocalQuota({}, SystemClock()), {}) as play:
        collect_rarely()
        for _ in range(4):
            solved, begun = 0, time.process_time()
            await LocalExecutor(play, 8).play_all(plan_of(job), keep)
            rates.append(solved / (time.process_time() - begun))
            if solved != len(plan_of(job)):
                raise AssertionError(f"{solved} of {len(plan_of(job))} references succeeded")
    gc.unfreeze()
    return statistics.median(rates[1:])


def fork(*, quick: bool) -> Iterator[Goal]:
    """A second world from a running one: snapshot, and restore into a new environment."""
    yield Goal("fork of a retail environment", asyncio.run(_fork(200 if quick else 2_000)), "ms", 1.0)


async def _fork(times: int) -> float:
    job = job_of({"pack": "retail"}, {})
    pack = load_packs(job, ROOTS)["retail"]
    task = pack.tasks()[0].id
    environment = pack.environment(task)
    await environment.open(1)
    seconds = []
    for _ in range(times):
        begun = time.perf_counter()
        copy = pack.environment(task)
        copy.restore(environment.snapshot())
        seconds.append(time.perf_counter() - begun)
        copy.close()
    environment.close()
    return 1_000 * statistics.median(seconds)


def start(*, quick: bool) -> Iterator[Goal]:
    """How long a person waits for the command line."""
    wardian = str(Path(sys.executable).parent / "wardian")
    config = str(HERE.parent / "configs" / "quickstart.yaml")
    runs = 5 if quick else 15
    yield Goal("wardian --help", _wall([wardian, "--help"], runs), "s", 0.35)
    yield Goal("wardian validate configs/quickstart.yaml", _wall([wardian, "validate", config], runs), "s", 1.0)


def _wall(command: list[str], runs: int) -> float:
    seconds = []
    for _ in range(runs):
        begun = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        seconds.append(time.perf_counter() - begun)
    return statistics.median(seconds)


if __name__ == "__main__":
    main()
