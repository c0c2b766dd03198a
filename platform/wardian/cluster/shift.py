"""One run on Ray, from its first worker to its last result: workers come and go, episodes are handed out and taken."""

import asyncio
import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import count
from typing import Final

import ray
from ray.exceptions import RayActorError, RayError

from wardian.base.clock import SystemClock
from wardian.base.errors import ConfigError, Failure, InfraError
from wardian.cluster.causes import cause_of
from wardian.cluster.crew import Crew, Silent, Worker
from wardian.cluster.departures import Departures
from wardian.cluster.nodes import alive_nodes, cpus_of
from wardian.episodes.record import Episode, EpisodeSpec
from wardian.runs.executor import Deliver
from wardian.runs.gauges import WorkerGauge
from wardian.runs.leases.coordinator import Coordinator
from wardian.runs.leases.lane import Lane
from wardian.scoring.finished import Finished
from wardian.scoring.score import Scored
from wardian.specs.job import RayExecutorSpec

__all__ = ["Shift", "one_for_every_core"]

RESTARTS: Final = 3
"""In a row, without a result in between: some losses over a day are what clusters are like."""
NOTICE_S: Final = 5.0
"""Who waits for CPUs so long is told."""
FAIR_S: Final = 5.0
"""So long after the first worker, shares are kept for the others."""
RECRUIT_S: Final = 5.0
"""How often somebody looks whether the cluster has grown."""


class Shift:
    """Keeps the workers of a crew busy until everything has a result.

    Args:
        spec: how many workers, and how large.
        crew: starts them.
        coordinator: knows who plays what.
        deliver: takes what counts.
        say: takes a line for whoever waits.
        inherited: whether workers of an earlier coordinator may go on unseen, for the length of a lease.
    """

    def __init__(
        self,
        spec: RayExecutorSpec,
        crew: Crew,
        coordinator: Coordinator,
        deliver: Deliver,
        say: Callable[[str], object],
        *,
        inherited: bool = False,
    ) -> None:
        coordinator.withholds = inherited
        self._spec = spec
        self._crew = crew
        self._coordinator = coordinator
        self._deliver = deliver
        self._say = say
        self._serial = count(1)
        self._kept = spec.workers or one_for_every_core(spec)
        self._workers: dict[int, Worker] = {}
        self._first, self._all, self._over = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def work(self) -> None:
        """Until the end; see `RayExecutor.play_all`."""
        found = list(self._crew.found())
        begun = await asyncio.gather(*(worker.begun() for worker in found))
        for worker, plays in zip(found, begun, strict=True):
            if plays:  # nobody gets anything before all of them have said what they play
                self._coordinator.join(worker.name, self._spec.concurrency, adopted=True)
        self._kept = max(self._kept, len(found))
        async with asyncio.TaskGroup() as group:
            group.create_task(self._await_workers())
            group.create_task(self._outlast())
            for number in range(self._kept):
                group.create_task(self._keep(number, found[number] if number < len(found) else None))
            group.create_task(self._recruit(group))
            group.create_task(Departures(self._coordinator, SystemClock()).watch(self._playing, self._over))

    async def _outlast(self) -> None:
        """Wait until no worker that nobody reaches holds a lease any more; those that are found play on meanwhile."""
        if self._coordinator.withholds:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._spec.lease_s):
                    await self._over.wait()
            self._coordinator.withholds = False
            self.nudge()

    def dismiss(self) -> None:
        """End all workers, unless they are another coordinator's by now."""
        if self._coordinator.followed:
            return
        for worker in self._workers.values():
            worker.kill()

    async def gauges(self) -> Sequence[WorkerGauge]:
        """What goes on at the workers that are open and answer within a second."""
        said = await asyncio.gather(*(worker.gauge() for worker in self._playing()))
        return [gauge for gauge in said if gauge is not None]

    async def pids(self) -> list[int]:
        """The processes of the workers."""
        return [await worker.pid() for worker in self._workers.values()]

    async def _keep(self, number: int, worker: Worker | None) -> None:
        """Keep worker `number` alive until there is nothing left to play."""
        losses = 0
        while True:
            worker = self._workers[number] = worker or self._started(number)
            try:
                return await self._serve(worker)
            except (RayActorError, Silent) as error:
                if self._over.is_set():
                    return None  # it was still waiting for a CPU when the last episode ended
                counts = await self._lost(worker, error)
                losses = losses + 1 if counts else 0
                if losses > RESTARTS:
                    why = f"worker {number} was lost {losses} times in a row, the last time because {cause_of(error)}"
                    raise InfraError(why) from error
            except RayError as error:
                raise InfraError(f"a worker failed: {getattr(error, 'cause', None) or error!r}") from error
            worker = None

    async def _lost(self, worker: Worker, error: Exception) -> bool:
        """Others play what it had; whether it counts against this place that it was lost."""
        worker.kill()
        lane = self._coordinator.lanes.get(worker.name)
        node_lost = worker.leaving or await asyncio.to_thread(_is_gone, worker.node)
        if lane is not None:
            for spec in self._coordinator.lost(lane, blame=not node_lost):
                await self._deliver(_poisonous(spec, error))
        self._finish_when_over()
        self.nudge()
        return not node_lost and not (lane is not None and lane.delivered)

    async def _serve(self, worker: Worker) -> None:
        if worker.name not in self._coordinator.lanes:
            if (problem := (await worker.open()).error) is not None:
                raise problem
            worker.begin()
            self._coordinator.join(worker.name, self._spec.concurrency, awaited=self._awaited())
        lane = self._coordinator.lanes[worker.name]
        self._opened()
        while not self._over.is_set():
            await self._talk(worker, lane)
            self._finish_when_over()
        await self._talk(worker, lane)
        with suppress(TimeoutError):
            await worker.ended()

    async def _talk(self, worker: Worker, lane: Lane) -> None:
        """One order and its answer."""
        report = await worker.exchange(self._coordinator.order(lane))
        async with asyncio.TaskGroup() as group:  # together: a journal may take many in one write
            for finished in self._coordinator.hear(lane, report):
                group.create_task(self._take(lane, finished))

    async def _take(self, lane: Lane, finished: Finished) -> None:
        await self._deliver(finished)
        self._coordinator.took(lane, finished)

    def _started(self, number: int) -> Worker:
        return self._crew.start(f"worker-{number}-{self._coordinator.epoch}.{next(self._serial)}")

    def _playing(self) -> list[Worker]:
        return [worker for worker in self._workers.values() if worker.name in self._coordinator.lanes]

    def _awaited(self) -> int:
        """How many workers are not open yet, this one included, as long as shares are kept for them."""
        return 1 if self._all.is_set() else max(self._kept - len(self._coordinator.lanes), 1)

    def _opened(self) -> None:
        """A worker plays; as long as others are awaited, an even share is theirs."""
        self._first.set()
        if len(self._coordinator.lanes) >= self._kept:
            self._all.set()
        if self._all.is_set():
            self._coordinator.widen()

    async def _await_workers(self) -> None:
        """Wait for the first one, with a word if that takes long; then keep shares for the others for a moment."""
        try:
            async with asyncio.timeout(self._spec.start_timeout_s):
                await self._first_worker()
        except TimeoutError:
            limit = f"executor.start_timeout_s: no worker could start within {self._spec.start_timeout_s:g} s"
            raise InfraError(f"{limit}; {await asyncio.to_thread(self._wanted)}") from None
        with suppress(TimeoutError):
            async with asyncio.timeout(FAIR_S):
                await self._all.wait()
        self._all.set()
        self._coordinator.widen()

    async def _first_worker(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(NOTICE_S):
                await self._first.wait()
                return
        wanted = await asyncio.to_thread(self._wanted)
        if not self._first.is_set():
            self._say(f"waiting for a worker to start: {wanted}")
        await self._first.wait()

    async def _recruit(self, group: asyncio.TaskGroup) -> None:
        """One more worker for every CPU that joins the cluster, unless the job says how many there are."""
        while self._spec.workers is None and not self._over.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(RECRUIT_S):
                    await self._over.wait()
            for number in range(self._kept, await asyncio.to_thread(one_for_every_core, self._spec)):
                self._kept = number + 1
                group.create_task(self._keep(number, None))

    def _wanted(self) -> str:
        """What the workers need and what there is."""
        has, free = (cpus.get("CPU", 0.0) for cpus in (ray.cluster_resources(), ray.available_resources()))
        need = self._kept * self._spec.worker_cpus
        return f"{self._kept} workers want {need:g} CPUs, {math.floor(free)} of the cluster's {has:g} are free"

    def _finish_when_over(self) -> None:
        """Everybody goes home together: until then a lost worker's episodes may need a free one.

        Who has not opened by then never will be needed; the CPU that it waits for may never come.
        """
        if self._over.is_set() or not self._coordinator.over:
            return
        self._over.set()
        self._all.set()
        playing = self._playing()
        for worker in self._workers.values():
            if worker not in playing:
                worker.kill()
        self.nudge()

    def nudge(self) -> None:
        """Let all workers answer at once: what they are told next may be something else than before."""
        for worker in self._playing():
            worker.nudge()


def one_for_every_core(spec: RayExecutorSpec) -> int:
    """As many workers as the cluster has room for now, one at least.

    Raises:
        ConfigError: when a Ray of our own has no room for one.
    """
    cpus = cpus_of(alive_nodes())
    if spec.address == "local" and spec.worker_cpus > cpus:
        raise ConfigError(f"executor.worker_cpus: a worker needs {spec.worker_cpus:g} CPUs, Ray has {cpus:g} here")
    return max(1, int(cpus / spec.worker_cpus))


def _is_gone(node: str) -> bool:
    """Whether a machine (Ray's id) has left the cluster; one that nobody ever knew has not."""
    return bool(node) and all(known.id != node for known in alive_nodes())


def _poisonous(spec: EpisodeSpec, error: Exception) -> Finished:
    failure = Failure(
        cause="infra", kind="poison", message=f"three workers died while they played it: {cause_of(error)}"
    )
    return Finished.of(Scored(episode=Episode(spec=spec, events=(), stop="failed", failure=failure)))
