"""Workers full of episodes that mostly wait: how much longer than their model's latency that takes."""

import asyncio
import os
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path

from worlds import job_of, ordered, plan_of

from wardian.assembly import WorkOrder, open_play
from wardian.cluster.executor import RayExecutor
from wardian.cluster.session import ray_session
from wardian.cluster.worker import EpisodeWorker
from wardian.models.wire import RawReply
from wardian.runs.player import Player
from wardian.scoring.finished import Finished
from wardian.specs.job import RayExecutorSpec

__all__ = ["CALLS", "LATENCY_S", "WORKERS", "SleepyWorker", "Span", "WarmWorker", "makespan"]

WORKERS, CALLS, LATENCY_S = 2, 5, 1.0
WARM_UP_S = 8.0


class SleepyWire:
    """A provider that costs nothing but time: it answers inside the worker, after a second."""

    async def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> RawReply:
        """The next step, or the end."""
        await asyncio.sleep(LATENCY_S)
        steps = (body or b"").count(b'"role":"tool"')
        return RawReply(200, {}, STEP if steps < CALLS - 1 else DONE)

    async def stream(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, sink: Callable[[bytes], None]
    ) -> RawReply:
        """It does not stream."""
        return await self.send(method, url, headers, body)

    async def close(self) -> None:
        """There is nothing to close."""


USAGE = b'"usage":{"prompt_tokens":100,"completion_tokens":10}'
CALL = b'{"id":"call_1","type":"function","function":{"name":"step","arguments":"{}"}}'
STEP = b'{"choices":[{"message":{"content":null,"tool_calls":[%s]},"finish_reason":"tool_calls"}],%s}' % (CALL, USAGE)
DONE = b'{"choices":[{"message":{"content":"Done."},"finish_reason":"stop"}],%s}' % USAGE


class WarmWorker(EpisodeWorker):
    """A worker that waits for the others after it has opened, so that starting Ray's processes is not measured.

    It leaves a note of the CPU that it has used until then.
    """

    starts_at = 0.0

    async def open(self) -> bytes:
        """Open, and begin with the others."""
        opened = await super().open()
        await asyncio.sleep(max(0.0, self.starts_at - time.time()))
        _note_of(self._order, os.getpid()).write_text(str(time.process_time()))
        return opened


class SleepyWorker(WarmWorker):
    """A worker whose models wait inside its own process."""

    def opened(self) -> AbstractAsyncContextManager[Player]:
        """The usual, with another network."""
        return open_play(self._order, self._quota, {}, SleepyWire(), may_pay=self._term.wait)


@dataclass(frozen=True)
class Span:
    """From the begin of the first episode to the end of the last.

    Args:
        seconds: how long.
        cpu_s: of the workers and of the driver.
    """

    seconds: float
    cpu_s: float


async def makespan(each: int, worker: type[WarmWorker]) -> Span:
    """How long it takes to play so many on each worker at once."""
    knobs = {"tasks": WORKERS * each, "calls": CALLS - 1}
    job = job_of({"pack": "turns", "knobs": knobs}, {"accuracy": 1.0, "latency_s": LATENCY_S})
    results: list[tuple[float, float]] = []
    cpu: list[float] = []

    async def used() -> float:
        pids = await executor.worker_pids()
        return time.process_time() + sum(_cpu_s(pid) - float(_note_of(order, pid).read_text()) for pid in pids)

    async def keep(finished: Finished) -> None:
        if finished.result.failure is not None:
            raise AssertionError(finished.result.failure)
        results.append((finished.result.started_at, finished.result.ended_at))
        if len(results) == WORKERS * each:
            cpu.append(await used())

    spec = RayExecutorSpec(kind="ray", workers=WORKERS, concurrency=each)
    async with ordered(job) as order:
        with ray_session(spec, inside_job=False):
            worker.starts_at = time.time() + WARM_UP_S
            executor = RayExecutor(order, spec, worker=worker)
            before = time.process_time()
            await executor.play_all(plan_of(job), keep)
    return Span(max(end for _, end in results) - min(begin for begin, _ in results), cpu[0] - before)


def _note_of(order: WorkOrder, pid: int) -> Path:
    return Path(order.store or "") / f"{pid}.cpu"


def _cpu_s(pid: int) -> float:
    """What a process has used; Ray's processes are nobody's children whom one could ask about it later."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
