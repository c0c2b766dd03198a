"""What an append to a log costs in a folder and in an object store: time, CPU of this process, and puts.

    python benchmarks/object_store.py [--quick] [--json]

Payloads of 2 kB. One caller appends one after the other, or 256 do so at the same time. The store is moto's server on
loopback: its own CPU time, on the same machine, is in the wall time but not in the CPU. The interval between two puts
is that of a run, 250 ms, and then none.
"""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from goals import Goal, report

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))

from support.s3_server import ENVIRON, S3Server, s3_server

from wardian.base.store import LogWriter, RunStore
from wardian.runs.folder_store import FolderStore
from wardian.storage.bucket_store import INTERVAL_S
from wardian.storage.bucket_url import open_bucket

PAYLOAD = bytes(range(256)) * 8


@dataclass(frozen=True)
class Cost:
    """Of one append: how long its caller waits, and this process's CPU time; and how many there were in a second."""

    wait_ms: float
    cpu_ms: float
    per_s: float


async def _measure(log: LogWriter, callers: int, times: int) -> Cost:
    waits: list[float] = []

    async def call() -> None:
        for _ in range(times):
            begun = time.perf_counter()
            await log.append([PAYLOAD])
            waits.append(time.perf_counter() - begun)

    await log.append([PAYLOAD])
    cpu, begun = time.process_time(), time.perf_counter()
    await asyncio.gather(*(call() for _ in range(callers)))
    cpu, wall = time.process_time() - cpu, time.perf_counter() - begun
    return Cost(sum(waits) / len(waits) * 1e3, cpu / len(waits) * 1e3, len(waits) / wall)


async def _goals(where: str, store: RunStore, times: int, server: S3Server | None) -> list[Goal]:
    goals: list[Goal] = []
    for callers in (1, 256):
        log = store.create_log("calls")
        before = server.puts(log.name) if server else 0
        cost = await _measure(log, callers, times)
        name = f"{where}, {callers} caller{'s' * (callers > 1)}"
        goals += [
            Goal(f"{name}: an append returns after", cost.wait_ms, "ms"),
            Goal(f"{name}: CPU of an append", cost.cpu_ms, "ms"),
            Goal(f"{name}: appends", cost.per_s, "/s"),
        ]
        if server:
            goals.append(Goal(f"{name}: puts for {1 + callers * times} appends", server.puts(log.name) - before, ""))
        begun = time.perf_counter()
        entries = sum(1 for _ in store.entries(log.name))
        goals.append(Goal(f"{name}: reading {entries} entries", (time.perf_counter() - begun) * 1e3, "ms"))
        await log.close()
    return goals


async def _all(quick: bool) -> list[Goal]:
    os.environ.update(ENVIRON)
    times = 10 if quick else 40
    with TemporaryDirectory() as folder, s3_server(Path(folder)) as server:
        goals = await _goals("folder", FolderStore(Path(folder)), times, None)
        for interval_s in (INTERVAL_S, 0.0):
            bucket = open_bucket(server.url(f"every-{interval_s}"), os.environ, interval_s=interval_s)
            goals += await _goals(f"bucket, {interval_s * 1e3:.0f} ms", bucket, times, server)
        goals += list(_holding(server))
    return goals


def _holding(server: S3Server) -> Iterator[Goal]:
    store = open_bucket(server.url("held"), os.environ)
    for name, do in (
        ("taking hold", store.hold),
        ("looking whether it is held", store.held),
        ("release", store.release),
    ):
        begun = time.perf_counter()
        do()
        yield Goal(f"bucket: {name}", (time.perf_counter() - begun) * 1e3, "ms")


def object_store(quick: bool) -> Iterable[Goal]:
    """All figures."""
    return asyncio.run(_all(quick))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a quarter of the appends")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    report(object_store(options.quick), as_json=options.json)
