"""Processes of a world that coordinate its run, one epoch after the other."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from support.lease_workers import Died, Remote, Silent, WorkerProcess, WorldClock
from support.processes import Process

from wardian.base.errors import Failure, InfraError
from wardian.episodes.record import Episode, EpisodeSpec
from wardian.runs.executor import Deliver, Executor, Planned
from wardian.runs.journal import Journal
from wardian.runs.keys import Keys
from wardian.runs.leases.coordinator import Coordinator
from wardian.runs.leases.lane import Lane
from wardian.runs.leases.tenure import Tenure
from wardian.runs.run import run_job
from wardian.scoring.finished import Finished
from wardian.scoring.score import Scored

if TYPE_CHECKING:
    from support.lease_world import World

Drive = Callable[["World", Process, Tenure], Executor]
"""What hands out the episodes in a process that coordinates."""


class Coordinating:
    """A process that coordinates the run, from the journal's last line to the end."""

    def __init__(self, world: "World", name: str) -> None:
        self.process = world.processes.start(name)
        self.table = Table(world)
        self.over = False
        self.failed: ExceptionGroup[InfraError] | None = None
        self._world = world
        self.process.begin(self._play())

    async def _play(self) -> None:
        world = self._world
        journal = Journal(world.store)
        self.table.rows.extend(world.folder.finished())
        done = Keys(row.result.episode for row in self.table.rows)
        executor = world.drive(world, self.process, Tenure(world.folder.begin_epoch(), done, lasting=True))
        try:
            specs = (spec for spec in world.specs if spec.key not in done)
            await run_job(specs, executor, (journal, self.table))
        except* InfraError as failed:
            self.failed = failed
        else:
            self.over = True
        world.ended(self)


@dataclass
class Table:
    """A sink behind the journal: a crash may fall between them."""

    world: "World"
    rows: list[Finished] = field(default_factory=list)

    async def write(self, finished: Finished) -> None:
        await asyncio.sleep(self.world.random.choice((0.0, 0.0, 0.05)))
        self.rows.append(finished)

    async def close(self) -> None: ...


class Driver:
    """Hands out episodes as `wardian.cluster.shift.Shift` does.

    Args:
        world: where it finds and starts workers.
        process: where it runs.
        tenure: of its process.
    """

    def __init__(self, world: "World", process: Process, tenure: Tenure) -> None:
        self._world = world
        self._process = process
        self._tenure = tenure
        self._coordinator = Coordinator((), tenure.epoch)
        self._deliver: Deliver = _nowhere
        self._clock = WorldClock(world)
        self._workers: dict[str, Remote] = {}
        self._over = asyncio.Event()
        self._serial = 0

    async def play_all(self, specs: Iterable[Planned], deliver: Deliver) -> None:
        """See `Executor`."""
        self._coordinator = Coordinator(specs, self._tenure.epoch, self._tenure.finished, len(self._world.specs))
        self._deliver = deliver
        found = [self._reached(worker) for worker in self._world.directory.values()]
        begun = await asyncio.gather(*(worker.begun() for worker in found))
        for worker, plays in zip(found, begun, strict=True):
            if plays:
                self._coordinator.join(worker.name, self._world.plan.concurrency, adopted=True)
        kept = max(self._world.plan.workers, len(found))
        async with asyncio.TaskGroup() as group:
            for number in range(kept):
                group.create_task(self._keep(found[number] if number < len(found) else None))

    async def _keep(self, worker: Remote | None) -> None:
        while not self._over.is_set():
            worker = worker or self._started()
            try:
                return await self._serve(worker)
            except (Died, Silent):
                await self._lost(worker)
            worker = None
            if not self._world.plan.replaced:
                break
        return None

    async def _serve(self, worker: Remote) -> None:
        lane = self._coordinator.lanes.get(worker.name) or await self._joined(worker)
        if len(self._coordinator.lanes) >= self._world.plan.workers:
            self._coordinator.widen()
        while not self._over.is_set():
            await self._talk(worker, lane)
            self._finish_when_over()
        await self._talk(worker, lane)

    async def _talk(self, worker: Remote, lane: Lane) -> None:
        report = await worker.exchange(self._coordinator.order(lane))
        async with asyncio.TaskGroup() as group:
            for finished in self._coordinator.hear(lane, report):
                group.create_task(self._take(lane, finished))

    async def _take(self, lane: Lane, finished: Finished) -> None:
        await self._deliver(finished)
        self._coordinator.took(lane, finished)

    async def _lost(self, worker: Remote) -> None:
        world = self._world
        worker.give_up()
        lane = self._coordinator.lanes.get(worker.name)
        await asyncio.sleep(world.random.uniform(0.0, 0.02))
        if lane is not None:
            for spec in self._coordinator.lost(lane, blame=world.losses <= world.plan.strikes):
                await self._deliver(_poisonous(spec))
        self._finish_when_over()
        self._nudge()

    def _started(self) -> Remote:
        self._serial += 1
        name = f"worker-{self._tenure.epoch}.{self._serial}"
        return self._reached(WorkerProcess(self._world, name, self._world.lease_s))

    def _reached(self, worker: WorkerProcess) -> Remote:
        remote = self._workers[worker.name] = Remote(worker, self._process, self._world.lease_s, self._clock)
        return remote

    async def _joined(self, worker: Remote) -> Lane:
        await worker.open()
        worker.begin()
        plan = self._world.plan
        awaited = max(plan.workers - len(self._coordinator.lanes), 1)
        return self._coordinator.join(worker.name, plan.concurrency, awaited=awaited)

    def _finish_when_over(self) -> None:
        if not self._over.is_set() and self._coordinator.over:
            self._over.set()
            self._nudge()

    def _nudge(self) -> None:
        for name in self._coordinator.lanes:
            self._workers[name].nudge()


async def _nowhere(finished: Finished) -> None:
    raise AssertionError


def _poisonous(spec: EpisodeSpec) -> Finished:
    failure = Failure(cause="infra", kind="poison", message="three workers died while they played it")
    return Finished.of(Scored(episode=Episode(spec=spec, events=(), stop="failed", failure=failure)))
