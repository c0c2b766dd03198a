"""Workers of a world, and the network through which their coordinator reaches them."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Final, TypeVar

from support.panels import fusion_of
from support.processes import Process, Processes

from wardian.base.clients import ModelClient
from wardian.base.completion import Completion
from wardian.base.errors import Failure, InfraError, boundary
from wardian.base.identity import digest
from wardian.base.messages import Message, Origin, Request
from wardian.episodes.record import Asked, Episode, EpisodeSpec
from wardian.runs.hangs import HangNotes
from wardian.runs.leases.leased_player import LeasedPlayer
from wardian.runs.leases.orders import Order, Report
from wardian.runs.leases.term import Term
from wardian.runs.player import Player
from wardian.runs.records import Records
from wardian.runs.steps.steps import Steps
from wardian.scoring.score import Scored

if TYPE_CHECKING:
    from support.lease_world import World

T = TypeVar("T")

PATIENCE_S: Final = 1.0
LATE_S: Final = 0.5
UNREACHABLE_S: Final = 0.5
"""As in `wardian.cluster.crew`."""
WALL_SKEW_S: Final = 0.2
"""Between the wall clocks of machines, at most."""


class Died(Exception):
    """The worker's process is gone."""


class Unavailable(Exception):
    """The connection broke; nobody knows what was heard."""


class Silent(Exception):
    """A worker owes an answer for longer than its lease."""


class WorldClock:
    """The world's time as one machine sees it."""

    def __init__(self, world: "World") -> None:
        self._processes: Processes = world.processes
        self._wall_s = 1_700_000_000.0 + world.random.uniform(0.0, WALL_SKEW_S)
        self._up_s = world.random.uniform(0.0, 1e5)

    def now(self) -> float:
        return self._wall_s + self._processes.now

    def monotonic(self) -> float:
        return self._up_s + self._processes.now

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class WorkerProcess:
    """A worker: what `wardian.cluster.worker.EpisodeWorker` is without Ray.

    Args:
        world: where it lives.
        name: no other had it before.
        lease_s: how long it may be silent.
    """

    def __init__(self, world: "World", name: str, lease_s: float) -> None:
        self.name = name
        self.process = world.processes.start(name)
        self.cut = self.lost = self.given_up = False
        self.began: dict[str, int] = {}
        """By episode: the world's step at which its player looked into the store."""
        self._world = world
        self._lease_s = lease_s
        self._steps: Steps | None = None
        self._desk: LeasedPlayer | None = None
        self._begun = False
        self._playable = asyncio.Event()
        self._held: list[tuple[Process, Callable[[], None], Callable[[], None]]] = []
        self._owed: list[Callable[[Exception], None]] = []
        world.workers[name] = world.directory[name] = self

    # Its own doing

    async def open(self) -> None:
        if self._desk is None:
            await asyncio.sleep(self._world.random.uniform(0.0, 0.2))
            self._desk = self._desk or self._opened()

    async def begin(self) -> None:
        assert self._desk is not None
        assert self._steps is not None
        if not self._begun:
            self._begun = True
            self._playable.set()
            async with self._steps:
                await self._desk.run()

    async def begun(self) -> bool:
        return self._begun

    async def exchange(self, order: Order) -> Report:
        await self._playable.wait()
        assert self._desk is not None
        for lease in order.leases:
            if lease.spec.key not in self._desk._playing and lease.spec.key not in self._desk._untaken:
                self.began[lease.spec.key] = self._world.processes.steps
        return await self._desk.exchange(order)

    async def nudge(self) -> None:
        if self._desk is not None:
            self._desk.nudge()

    def _opened(self) -> LeasedPlayer:
        world = self._world
        clock = WorldClock(world)
        term = Term(self._lease_s, clock)
        self._steps = steps = Steps(world.store, clock, may_pay=term.wait)
        client = steps.client(ProviderClient(world, self, "m"))
        panel = fusion_of("fusion/p", [client, steps.client(ProviderClient(world, self, "n"))])

        async def play(spec: EpisodeSpec) -> Scored:
            asked = panel if world.plan.panels and spec.seed % 2 else client
            return Scored(episode=await steps.played(spec.key, lambda: played(spec, asked, world)))

        return LeasedPlayer(Player(play, tuple, steps, HangNotes(None)), Records(world.store).keep, term, clock)

    # What others do to it

    def kill(self) -> None:
        """As kill -9, seen by whoever waits for its answers."""
        if self.process.alive:
            self._world.lost(self)
            self.process.kill()
            for owed in self._owed:
                owed(Died(self.name))
            self._owed = []

    def heal(self) -> None:
        """The network is whole again; what was on its way arrives, or is lost."""
        self.cut = False
        held, self._held = self._held, []
        for to, arrive, lose in held:
            to.call_soon(arrive if self._world.random.random() < 0.5 else lose)

    def call(self, caller: Process, what: Callable[[], Coroutine[Any, Any, T]]) -> "asyncio.Future[T]":
        """Have `what` done in this process; the answer is for `caller`."""
        call = _Call(self, caller, what)
        if self.process.alive:
            self._owed.append(call.fails)
            self.carry(self.process, call.begin, call.begin if what == self.begin else call.lose)  # begun is begun
        else:
            call.fails(Died(self.name))
        return call.answer

    def carry(self, to: Process, deliver: Callable[[], None], lose: Callable[[], None]) -> None:
        """Bring something to a process, some time, or lose it."""
        random, plan = self._world.random, self._world.plan

        def arrive() -> None:
            if self.cut:
                self._held.append((to, arrive, lose))
            elif lose is not deliver and random.random() < plan.lost_answers:
                lose()
            else:
                deliver()

        to.call_later(random.uniform(0.001, 0.03), arrive)


class _Call:
    """Something that a process asks of a worker, and the answer on its way back."""

    def __init__(self, worker: WorkerProcess, caller: Process, what: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        self.answer = caller.create_future()
        self.answer.add_done_callback(lambda done: done.cancelled() or done.exception())  # nobody need be waiting
        self._worker = worker
        self._caller = caller
        self._what = what

    def begin(self) -> None:
        self._worker.process.begin(self._served())

    async def _served(self) -> None:
        try:
            result = await self._what()
        except InfraError as error:
            return self.fails(error)

        def arrive() -> None:
            if not self.answer.done():
                self.answer.set_result(result)

        return self._worker.carry(self._caller, arrive, self.lose)

    def lose(self) -> None:
        self.fails(Unavailable(self._worker.name))

    def fails(self, error: Exception) -> None:
        def arrive() -> None:
            if not self.answer.done():
                self.answer.set_exception(error)

        self._worker.carry(self._caller, arrive, arrive)


class Remote:
    """A worker as a coordinator reaches it: what `wardian.cluster.crew.Worker` is without Ray.

    Args:
        worker: the worker.
        here: the coordinator's process.
        lease_s: how long to wait for an answer.
        clock: the coordinator's.
    """

    def __init__(self, worker: WorkerProcess, here: Process, lease_s: float, clock: WorldClock) -> None:
        self.name = worker.name
        self.worker = worker
        self._here = here
        self._lease_s = lease_s
        self._clock = clock

    async def open(self) -> None:
        await self._answered(self.worker.open)

    async def begun(self) -> bool:
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await self.worker.call(self._here, self.worker.begun)
        except (TimeoutError, Died, Unavailable):
            return True

    def begin(self) -> None:
        self.worker.call(self._here, self.worker.begin)

    async def exchange(self, order: Order) -> Report:
        return await self._answered(lambda: self.worker.exchange(order))

    def nudge(self) -> None:
        self.worker.call(self._here, self.worker.nudge)

    def give_up(self) -> None:
        """It is not found any more, and dies, unless it is out of reach."""
        world = self.worker._world
        self.worker.given_up = True
        world.lost(self.worker)
        world.directory.pop(self.name, None)
        if world.random.random() < 0.5:
            self.worker.kill()

    async def _answered(self, what: Callable[[], Coroutine[Any, Any, T]]) -> T:
        while True:
            try:
                return await self._in_time(what)
            except Unavailable:
                await self._clock.sleep(UNREACHABLE_S)

    async def _in_time(self, what: Callable[[], Coroutine[Any, Any, T]]) -> T:
        answer = self.worker.call(self._here, what)
        while True:
            due = self._clock.monotonic() + self._lease_s
            done, _ = await asyncio.wait({answer}, timeout=self._lease_s)
            if done:
                return answer.result()
            if self._clock.monotonic() < due + LATE_S:
                raise Silent(self.name)


class ProviderClient:
    """The provider, as a worker reaches it."""

    def __init__(self, world: "World", worker: WorkerProcess, name: str) -> None:
        self.name = name
        self._world = world
        self._worker = worker

    async def complete(self, request: Request) -> Completion:
        return await self._world.ask(self._worker, request)


async def played(spec: EpisodeSpec, client: ModelClient, world: "World") -> Episode:
    """A few turns; what the user says depends on all that was said, and in an impure world also on chance."""
    messages = [Message(role="user", content=spec.task.id)]
    events: list[Asked] = []
    failures: list[Failure] = []
    with boundary(failures.append):
        for turn in range(1, world.plan.turns + 1):
            origin = Origin(episode=spec.key, task=spec.task.id, path=f"t{turn}/agent")
            completion = await client.complete(Request(model=client.name, messages=tuple(messages), origin=origin))
            events.append(Asked(turn=turn, completion=completion))
            chance = 0 if world.plan.pure else world.random.random()
            user = digest([spec.seed, [message.content for message in messages], chance])
            messages += [completion.message, Message(role="user", content=user)]
    failure = failures[0] if failures else None
    return Episode(spec=spec, events=tuple(events), stop="failed" if failure else "finished", failure=failure)
