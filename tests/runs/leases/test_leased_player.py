"""The worker's end: what it does with orders that come twice, late, or from two coordinators."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from support.memory_store import MemoryStore
from support.specs import episode_spec, scored

from wardian.base.clock import SystemClock
from wardian.base.errors import ConfigError, InfraError
from wardian.base.virtual_time import VirtualTimeLoop
from wardian.episodes.record import EpisodeSpec
from wardian.runs.hangs import HangNotes
from wardian.runs.leases.leased_player import LeasedPlayer
from wardian.runs.leases.orders import Lease, Order, Report
from wardian.runs.leases.term import Term
from wardian.runs.player import Player
from wardian.runs.records import Records
from wardian.runs.steps.steps import Steps
from wardian.scoring.score import Scored

LEASE_S = 3.0
SPECS = [episode_spec(seed=seed) for seed in range(4)]
KEYS = [spec.key for spec in SPECS]


class Advancing(Player):
    """What has got further than its last player is up to the test."""

    further: frozenset[str] = frozenset()

    def advanced(self, episode: str) -> bool:
        return episode in self.further


class Worker:
    """A `LeasedPlayer` whose episodes last until they are let go."""

    def __init__(self) -> None:
        clock = SystemClock()
        store = MemoryStore()
        steps = Steps(store, clock)
        self.begun: Counter[int] = Counter()
        self.broken_off: list[int] = []
        self.term = Term(LEASE_S, clock)
        self.player = Advancing(self._play, tuple, steps, HangNotes(None))
        self.desk = LeasedPlayer(self.player, Records(store).keep, self.term, clock)
        self._ends = {spec.seed: asyncio.Event() for spec in SPECS}
        self._broken: set[int] = set()
        self._leaves = asyncio.Event()
        self._leaves.set()

    def ends(self, *seeds: int) -> None:
        for seed in seeds:
            self._ends[seed].set()

    def breaks(self, seed: int) -> None:
        self._broken.add(seed)
        self.ends(seed)

    def lingers(self) -> None:
        """What is broken off from now on takes its time to go."""
        self._leaves.clear()

    def leaves(self) -> None:
        self._leaves.set()

    async def _play(self, spec: EpisodeSpec) -> Scored:
        self.begun[spec.seed] += 1
        try:
            await self._ends[spec.seed].wait()
        except asyncio.CancelledError:
            self.broken_off.append(spec.seed)
            await self._leaves.wait()
            raise
        if spec.seed in self._broken:
            raise ConfigError("the pack is gone")
        return scored(spec)

    async def hears(self, number: int, *leases: int, epoch: int = 1, heard: int = 0, **more: Any) -> Report:
        specs = tuple(Lease(spec=SPECS[seed]) for seed in leases)
        report = await self.desk.exchange(Order(epoch=epoch, number=number, heard=heard, leases=specs, **more))
        await asyncio.sleep(0.01)
        return report


def seeds(report: Report) -> list[int]:
    return sorted(finished.result.seed for finished in report.finished)


def working(test: Callable[[Worker], Awaitable[None]]) -> Callable[[], None]:
    """`test` with a worker that runs, on virtual time."""

    async def main() -> None:
        worker = Worker()
        running = asyncio.ensure_future(worker.desk.run())
        await test(worker)
        worker.leaves()
        running.cancel()
        await asyncio.wait({running})

    def run() -> None:
        with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
            runner.run(main())

    return run


@working
async def test_it_plays_what_it_is_given_and_says_so_until_that_is_taken(worker: Worker) -> None:
    first = await worker.hears(1, 0, 1)
    assert first.playing == (KEYS[0], KEYS[1])
    worker.ends(1)
    second = await worker.hears(2, heard=first.number)
    assert seeds(second) == [1]
    assert second.playing is None
    third = await worker.hears(3, heard=second.number)
    assert seeds(third) == [1], "nobody has said that it was taken"
    fourth = await worker.hears(4, heard=third.number, forget=(KEYS[1],), settled=(KEYS[1],))
    assert seeds(fourth) == []
    assert worker.desk.playing == 1


@working
async def test_the_same_order_again_is_answered_and_done_once(worker: Worker) -> None:
    await worker.hears(1, 0)
    worker.ends(0)
    await worker.hears(2, 1)
    for _ in range(3):
        assert seeds(await worker.hears(2, 1)) == [0]
    await worker.hears(3, forget=(KEYS[0],))
    assert seeds(await worker.hears(2, 1)) == [], "it was under way for long"
    assert worker.begun == {0: 1, 1: 1}


@working
async def test_the_first_order_again_is_answered_with_all_that_is_played(worker: Worker) -> None:
    """The answer may have been lost; a coordinator that hears of nothing would hand all of it to others."""
    await worker.hears(1, 0, 1)
    for epoch in (2, 2, 3):
        assert (await worker.hears(1, epoch=epoch)).playing == (KEYS[0], KEYS[1])


@working
async def test_a_coordinator_of_an_older_epoch_gets_nothing(worker: Worker) -> None:
    await worker.hears(1, 0, epoch=2)
    worker.ends(0)
    before = worker.desk.heard_at
    await asyncio.sleep(1.0)
    report = await worker.hears(7, 1, epoch=1, forget=(KEYS[0],), last=True)
    assert report == Report(number=0)
    assert worker.desk.heard_at == before
    assert seeds(await worker.hears(2, epoch=2)) == [0]
    assert worker.begun == {0: 1}


@working
async def test_another_epoch_counts_its_orders_anew(worker: Worker) -> None:
    for number in range(1, 6):
        await worker.hears(number)
    await worker.hears(1, 0, epoch=2)
    await worker.hears(2, 1, epoch=2)
    assert worker.begun == {0: 1, 1: 1}


@working
async def test_what_is_somebody_elses_is_broken_off(worker: Worker) -> None:
    first = await worker.hears(1, 0, 1)
    second = await worker.hears(2, heard=first.number, forget=(KEYS[0],))
    assert worker.broken_off == [0]
    worker.ends(1)
    assert seeds(await worker.hears(3, heard=second.number)) == [1]


@working
async def test_what_is_broken_off_is_not_played_any_more(worker: Worker) -> None:
    """The next coordinator would wait for its result for ever."""
    await worker.hears(1, 0, 1)
    worker.lingers()
    await worker.hears(2, forget=(KEYS[0],))
    assert (await worker.hears(1, epoch=2)).playing == (KEYS[1],)
    assert worker.desk.playing == 1


@working
async def test_what_is_forgotten_and_given_with_one_order_is_played(worker: Worker) -> None:
    """It was somebody else's who was lost in the moment when this worker should have heard of it."""
    await worker.hears(1, 0)
    worker.lingers()
    await worker.hears(2, 0, forget=(KEYS[0],))
    await asyncio.sleep(0.1)
    assert worker.begun == {0: 2}
    worker.leaves()
    worker.ends(0)
    await asyncio.sleep(0.1)
    assert seeds(await worker.hears(3)) == [0]


@working
async def test_of_what_was_played_before_it_says_what_has_got_further(worker: Worker) -> None:
    again = Lease(spec=SPECS[0], number=2), Lease(spec=SPECS[1], number=2), Lease(spec=SPECS[2])
    assert (await worker.desk.exchange(Order(epoch=1, number=1, leases=again))).advanced == ()
    worker.player.further = frozenset(KEYS)
    assert set((await worker.hears(2)).advanced) == {KEYS[0], KEYS[1]}
    assert (await worker.hears(3, forget=(KEYS[1],))).advanced == (KEYS[0],)
    worker.ends(0)
    await asyncio.sleep(0.01)
    assert (await worker.hears(4)).advanced == ()


@working
async def test_a_worker_that_broke_says_so(worker: Worker) -> None:
    """Its coordinator would wait for ever for what it was playing."""
    await worker.hears(1, 0, 1)
    worker.breaks(1)
    await asyncio.sleep(0.1)
    with pytest.raises(InfraError, match="the pack is gone"):
        await worker.hears(2)
    assert worker.broken_off == [0]


@working
async def test_after_the_last_order_it_may_be_asked_once_more(worker: Worker) -> None:
    await worker.hears(1)
    last = await worker.hears(2, last=True)
    await asyncio.sleep(1.0)
    assert (await worker.hears(2, last=True)).number > last.number
