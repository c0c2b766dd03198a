"""The worker's lease is over before its coordinator may give it up, whatever the network and both clocks do."""

import asyncio
from random import Random

from wardian.base.clock import SystemClock
from wardian.base.virtual_time import VirtualTimeLoop
from wardian.runs.leases.term import MARGIN, Term

LEASE_S = 10.0


class Watch:
    """A clock that a test turns."""

    def __init__(self, at: float = 0.0) -> None:
        self.at = at

    def now(self) -> float:
        return self.at

    def monotonic(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.at += seconds


def test_nothing_may_be_paid_before_a_report_has_arrived() -> None:
    term = Term(LEASE_S, Watch())
    assert not term.valid


def test_it_counts_from_when_the_report_was_sent() -> None:
    watch = Watch(100.0)
    term = Term(LEASE_S, watch)
    watch.at = 103.0
    term.renew(100.0)
    watch.at = 100.0 + MARGIN * LEASE_S - 0.001
    assert term.valid
    watch.at = 100.0 + MARGIN * LEASE_S
    assert not term.valid


def test_an_older_report_takes_nothing_away() -> None:
    watch = Watch(5.0)
    term = Term(LEASE_S, watch)
    term.renew(5.0)
    term.renew(1.0)
    watch.at = 5.0 + MARGIN * LEASE_S - 0.001
    assert term.valid


def holds(term: Term) -> bool:
    """Asked anew each time: time changes it, which the type checker does not expect of a property."""
    return term.valid


def test_who_was_frozen_wakes_up_without_a_lease() -> None:
    watch = Watch()
    term = Term(LEASE_S, watch)
    term.renew(0.0)
    assert holds(term)
    watch.at += LEASE_S
    assert not holds(term)
    term.renew(0.0)
    assert not holds(term), "what had been on its way to it was sent long ago"


def test_who_waits_goes_on_with_the_next_one_only() -> None:
    async def main() -> None:
        term = Term(LEASE_S, SystemClock())
        loop = asyncio.get_running_loop()
        went_on: list[float] = []

        async def wait() -> None:
            await term.wait()
            went_on.append(loop.time())

        async with asyncio.TaskGroup() as group:
            for _ in range(3):
                group.create_task(wait())
            await asyncio.sleep(20.0)
            term.renew(loop.time() - LEASE_S)
            await asyncio.sleep(1.0)
            assert went_on == [], "it is over already"
            term.renew(loop.time() - 1.0)
        assert went_on == [21.0] * 3
        await asyncio.sleep(LEASE_S)
        assert not term.valid

    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        runner.run(main())


def test_it_is_over_before_the_coordinator_may_give_the_worker_up() -> None:
    """Reports and orders take as long as they like; the coordinator waits for a lease after it has sent an order."""
    for seed in range(300):
        random = Random(seed)
        worker = Watch(random.uniform(0.0, 1e6))
        term = Term(LEASE_S, worker)
        offset, now = worker.at, 0.0
        given_up_at = LEASE_S
        for _ in range(20):
            worker.at = offset + now
            sent_at = worker.at
            assert not term.valid or now < given_up_at
            arrived = now + random.choice((0.001, random.expovariate(0.3)))
            if arrived >= given_up_at:
                break
            ordered = arrived + random.choice((0.0, random.expovariate(0.5)))
            given_up_at = ordered + LEASE_S
            now = ordered + random.choice((0.001, random.expovariate(0.3)))
            worker.at = offset + now
            term.renew(sent_at)
        worker.at = offset + given_up_at
        assert not term.valid, seed
