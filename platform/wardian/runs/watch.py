"""Watching a run: a sink that counts, around an executor whose workers are asked once a second."""

import asyncio
import os
import socket
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Final

from wardian.base.clock import Clock
from wardian.base.dollars import total_usd
from wardian.base.store import RunStore
from wardian.episodes.record import EpisodeSpec
from wardian.models.gauges import LaneGauge, joined
from wardian.runs.executor import Deliver, Planned, WatchableExecutor
from wardian.runs.gauges import WorkerGauge
from wardian.runs.lull import Lull
from wardian.runs.rates import Rate
from wardian.runs.status import InFlight, LaneStatus, State, Status, write_status
from wardian.scoring.finished import Finished

__all__ = ["StatusSink", "WatchedExecutor"]

EVERY_S: Final = 1.0
OLDEST: Final = 5


class StatusSink:
    """Keeps the status of a run, and leaves it in the store when it is asked to and at the end.

    Args:
        store: the run's.
        run: its id.
        planned: how many episodes the whole run has; a plan that grows has more of them later.
        clock: the time.
        reason: says why the run pauses; None as long as it does not.
        hosted: whether a cluster starts this process again when it is lost.
    """

    def __init__(
        self,
        store: RunStore,
        run: str,
        planned: Sized,
        clock: Clock,
        reason: Callable[[], str | None] = lambda: None,
        *,
        hosted: bool = False,
    ) -> None:
        self._hosted = hosted
        self.clock = clock
        self._store = store
        self._run = run
        self._planned = planned
        self._reason = reason
        self._started_at = clock.now()
        self._finished = self._missing = self.restarted = 0
        self._spent_usd: float | None = 0.0
        self._simulated = self._real = False
        self._playing: dict[str, tuple[EpisodeSpec, float]] = {}
        self._early: set[str] = set()
        """Ended before they were handed out: workers of an earlier epoch had them."""
        self._pace = Rate()
        self._lanes = _LaneRates()
        self._workers: Sequence[WorkerGauge] = ()
        self._pen = ThreadPoolExecutor(max_workers=1)
        """One thread, so that no status overtakes another: what was begun is written, also when nobody waits for it."""

    def begun(self, specs: Iterable[Planned]) -> Iterator[Planned]:
        """`specs`, each noted as it is handed out."""
        for spec in specs:
            if isinstance(spec, Lull):
                pass
            elif spec.key in self._early:
                self._early.discard(spec.key)
            else:
                self._playing[spec.key] = spec, self.clock.monotonic()
            yield spec

    def played(self, episode: str) -> None:
        """The episode (its key) is no longer in flight, whatever becomes of its result."""
        if self._playing.pop(episode, None) is None:
            self._early.add(episode)

    async def write(self, finished: Finished) -> None:
        """Count one more result."""
        result = finished.result
        self._finished += 1
        self._missing += result.again
        self.restarted += result.attempt > 1
        self._spent_usd = total_usd((self._spent_usd, result.spent_usd))
        self._simulated |= result.simulated
        self._real |= not result.simulated and result.calls > 0

    async def close(self) -> None:
        """Leave the last status: nobody plays any more."""
        self._workers = ()
        self._playing.clear()
        self._lanes.rest()
        ended: State = "paused" if self._reason() else "stopped"
        await self._leave("finished" if self._finished >= len(self._planned) else ended)
        self._pen.shutdown(wait=False)

    async def report(self, workers: Sequence[WorkerGauge]) -> None:
        """Leave a status with what the workers say now."""
        now = self.clock.monotonic()
        self._workers = workers
        self._pace.read(self._finished, now)
        self._lanes.read(joined(lane for worker in workers for lane in worker.lanes), now)
        await self._leave("running")

    async def _leave(self, state: State) -> None:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._pen, write_status, self._store, self._status(state))

    def _status(self, state: State) -> Status:
        pace, left = self._pace.per_minute, max(len(self._planned) - self._finished, 0)
        return Status(
            run=self._run,
            state=state,
            reason=self._reason(),
            hosted=self._hosted,
            host=socket.gethostname(),
            pid=os.getpid(),
            started_at=self._started_at,
            written_at=self.clock.now(),
            planned=len(self._planned),
            finished=self._finished,
            missing=self._missing,
            restarted=self.restarted,
            in_flight=len(self._playing),
            episodes_per_min=pace,
            eta_s=left / pace * 60.0 if pace > 0 else None,
            spent_usd=self._spent_usd,
            simulated=self._simulated and not self._real,
            oldest=tuple(self._oldest()),
            lanes=self._lanes.statuses,
            workers=tuple(self._workers),
        )

    def _oldest(self) -> Iterator[InFlight]:
        now = self.clock.monotonic()
        for spec, since in islice(self._playing.values(), OLDEST):
            yield InFlight(episode=spec.key, arm=spec.agent.name, task=spec.task_key, age_s=now - since)


class WatchedExecutor:
    """Plays as `inner` does, and reports to `status` how it goes."""

    def __init__(self, inner: WatchableExecutor, status: StatusSink) -> None:
        self._inner = inner
        self._status = status

    async def play_all(self, specs: Iterable[Planned], deliver: Deliver) -> None:
        """Deliver one result for every spec, in any order."""

        async def played(finished: Finished) -> None:
            self._status.played(finished.result.episode)
            await deliver(finished)

        async with asyncio.TaskGroup() as group:
            reporting = group.create_task(self._report())
            await self._inner.play_all(self._status.begun(specs), played)
            reporting.cancel()
            if workers := await self._inner.workers():
                await self._status.report(workers)

    async def _report(self) -> None:
        while True:
            await self._status.report(await self._inner.workers())
            await self._status.clock.sleep(EVERY_S)


class _LaneRates:
    """Lanes with their rates, from readings of their counters."""

    def __init__(self) -> None:
        self._requests: dict[str, Rate] = defaultdict(Rate)
        self._tokens: dict[str, Rate] = defaultdict(Rate)
        self.statuses: tuple[LaneStatus, ...] = ()

    def read(self, lanes: Iterable[LaneGauge], now: float) -> None:
        self.statuses = tuple(self._status(lane, now) for lane in lanes)

    def rest(self) -> None:
        """Whatever was under way has ended; what was counted stays."""
        quiet = {"in_flight": 0, "waiting": 0, "oldest_wait_s": 0.0}
        self.statuses = tuple(lane.model_copy(update=quiet) for lane in self.statuses)

    def _status(self, lane: LaneGauge, now: float) -> LaneStatus:
        requests, tokens = self._requests[lane.lane], self._tokens[lane.lane]
        requests.read(lane.requests, now)
        tokens.read(lane.tokens, now)
        known = {name: getattr(lane, name) for name in LaneGauge.model_fields}
        return LaneStatus(**known, requests_per_min=requests.per_minute, tokens_per_min=tokens.per_minute)
