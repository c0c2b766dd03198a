"""A whole run in this process: a coordinator, workers, a network, a provider and a store, on virtual time.

The classes are those that Ray runs. Only what carries their words is made here (`support.lease_workers`), so that it
can be slow, lose answers and be cut, and processes can be frozen or killed between any two steps
(`support.processes`).
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

import orjson
from support.lease_driver import Coordinating, Drive, Driver
from support.lease_workers import WorkerProcess
from support.memory_store import MemoryStore, WatchedStore
from support.processes import Processes
from support.specs import episode_spec

from wardian.base.completion import Completion
from wardian.base.messages import Message, Request
from wardian.base.store import RunStore
from wardian.episodes.record import Episode
from wardian.runs.folder import RunFolder

LEASE_S: Final = 3.0
HORIZON_S: Final = 600.0
"""A run that takes longer hangs."""


@dataclass
class Call:
    """A call that is paid from the moment when it begins."""

    worker: str
    episode: str
    path: str
    before: tuple[str, ...]
    at: float
    words: str = ""
    recorded: bool = False


@dataclass
class Plan:
    """How large a world is, and how its network and its provider behave.

    Args:
        episodes: how many.
        turns: of each.
        workers: how many are kept; `replaced`: whether a lost one gets a successor.
        concurrency: episodes at once on each.
        panels: whether those with an odd seed ask two models at a time.
        lost_answers: the share of messages that the network loses.
        slow_calls: the share of calls that may take longer than a lease.
        pure: whether environments are functions of what is done in them.
        strikes: of how many losses in a row an episode may be accused; others are those of machines.
    """

    episodes: int = 12
    turns: int = 4
    workers: int = 3
    replaced: bool = True
    concurrency: int = 3
    panels: bool = False
    lost_answers: float = 0.0
    slow_calls: float = 0.06
    pure: bool = True
    strikes: int = 2


class World:
    """Everything that outlives a process.

    Args:
        seed: of all chances.
        plan: what kind of world.
        store: where the run is kept; by default in memory.
        drive: what drives the coordinator.
        to_the_end: go on until no coordinator is left, not only until one has come to its end.
    """

    def __init__(
        self,
        seed: int,
        plan: Plan | None = None,
        store: RunStore | None = None,
        drive: Drive = Driver,
        *,
        to_the_end: bool = False,
    ) -> None:
        self.plan = plan or Plan()
        self.random = Random(seed)
        self.drive = drive
        self.to_the_end = to_the_end
        self.lease_s = LEASE_S
        self.processes = Processes(self.random)
        self.nature = self.processes.start("nature")
        self.store = WatchedStore(store or MemoryStore(), self._written)
        self.folder = RunFolder(Path(self.store.url), self.store)
        self.specs = tuple(episode_spec(seed=number) for number in range(self.plan.episodes))
        self.coordinators: list[Coordinating] = []
        self.workers: dict[str, WorkerProcess] = {}
        self.directory: dict[str, WorkerProcess] = {}
        """Who can be found; a worker that was given up cannot."""
        self.played = False
        """Whether the run is over."""
        self.over = False
        self.calls: list[Call] = []
        self.recorded: list[bytes] = []
        """All payloads of calls, also those that were deleted since."""
        self.again: list[Call] = []
        """Calls for what stood in the store when its player began, and was no late word of a lost worker."""
        self.late: list[Call] = []
        """Calls of workers that had been given up."""
        self.excused = 0
        """Calls in flight at workers, when those were lost."""
        self.losses = 0
        self._answered: dict[tuple[str, str], Call] = {}
        self._steps: defaultdict[tuple[str, str], list[int]] = defaultdict(list)

    # What happens

    def coordinate(self) -> Coordinating:
        """The next epoch begins."""
        coordinating = Coordinating(self, f"coordinator-{len(self.coordinators)}")
        self.coordinators.append(coordinating)
        return coordinating

    def run(self, events: Iterable[tuple[int, Callable[["World"], None]]] = ()) -> "World":
        """Until the run is over; `events` happen at steps of the world.

        Raises:
            TimeoutError: when it hangs.
        """
        waiting = sorted(events, key=lambda event: event[0], reverse=True)
        processes = self.processes
        self.coordinate()
        try:
            while not self.played and processes.now < HORIZON_S and processes.step():
                while waiting and waiting[-1][0] <= processes.steps:
                    waiting.pop()[1](self)
        finally:
            self.over = True
            self.store.seal()
            processes.bury()
        if not any(each.over for each in self.coordinators):
            raise TimeoutError("the run hangs")
        return self

    def ended(self, coordinator: Coordinating) -> None:
        """A coordinator has come to its end."""
        left = [each for each in self.coordinators if each.process.alive and not each.over and not each.failed]
        self.played = not left if self.to_the_end else coordinator.over

    def lost(self, worker: WorkerProcess) -> None:
        """From now on what it has in flight may be paid for again, once."""
        if not worker.lost:
            worker.lost = True
            self.losses += 1
            self.excused += sum(call.worker == worker.name and not call.recorded for call in self.calls)

    # What is seen

    @property
    def repeated(self) -> int:
        """Calls that were paid more than once."""
        return sum(times - 1 for times in Counter((call.episode, call.path) for call in self.calls).values())

    def said(self, episode: Episode) -> bool:
        """Whether all that stands in the record was really said, each after the one before."""
        given = {(call.before, call.words) for call in self.calls if call.episode == episode.spec.key}
        words = tuple(event.completion.message.content for event in episode.asked)
        return all((words[:turn], word) in given for turn, word in enumerate(words))

    # What the provider and the disk do

    async def ask(self, worker: WorkerProcess, request: Request) -> Completion:
        """A call is paid when it begins, and answered at random."""
        if self.over:
            raise asyncio.CancelledError
        origin = request.origin
        assert origin is not None
        before = tuple(message.content for message in request.messages if message.role == "assistant")
        call = Call(worker.name, origin.episode, origin.path, before, self.processes.now)
        self.calls.append(call)
        if worker.given_up:
            self.late.append(call)
        if any(step < worker.began[call.episode] for step in self._steps[call.episode, call.path]):
            self.again.append(call)
        slow = self.random.random() < self.plan.slow_calls
        await asyncio.sleep(self.random.uniform(0.5, 1.4 * LEASE_S) if slow else self.random.uniform(0.05, 0.3))
        call.words = f"{self.random.getrandbits(48):x}"
        self._answered[call.episode, call.words] = call
        return Completion(message=Message(role="assistant", content=call.words), finish="stop", model=request.model)

    async def _written(self, kind: str, payload: bytes) -> None:
        """Something stands in the store now; the disk may be slow to say so."""
        if kind == "calls":
            self.recorded.append(payload)
            episode, _, reply = payload.split(b"\n", 2)
            words = orjson.loads(reply)["completion"]["message"]["content"]
            call = self._answered.pop((episode.decode(), words))
            call.recorded = True
            if not self.workers[call.worker].lost:
                self._steps[call.episode, call.path].append(self.processes.steps)
        if self.random.random() < 0.3:
            await asyncio.sleep(self.random.uniform(0.0, 0.02))
