"""Rate limits on virtual time: alone, and shared by several workers."""

import asyncio
import itertools
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from wardian.base.clients import Quota, Standing
from wardian.base.clock import SystemClock
from wardian.base.usage import Usage
from wardian.models.lanes import LanePlace
from wardian.models.leases import LEASE_S, Ask, Borrower, Grant, LaneAsk, LaneGrant
from wardian.models.ledger import RateLimit
from wardian.models.lender import Lender
from wardian.models.quota import LeasedQuota, LocalQuota

RunVirtual = Callable[[Coroutine[Any, Any, Any]], Any]


class Provider:
    """Notes when requests arrive, in which order, and what they used."""

    def __init__(self, latency_s: float = 0.5, used: int = 100) -> None:
        self.latency_s = latency_s
        self.used = used
        self.arrivals: list[float] = []
        self.order: list[int] = []

    async def take(self, quota: Quota, number: int, tokens: int = 100) -> None:
        async with quota.admit("m", tokens=tokens) as permit:
            self.arrivals.append(asyncio.get_running_loop().time())
            self.order.append(number)
            await asyncio.sleep(self.latency_s)
            permit.settle(Usage(input_tokens=self.used))

    def busiest(self, window_s: float) -> int:
        """The most arrivals in any window."""
        return max(sum(1 for other in self.arrivals if at <= other < at + window_s) for at in self.arrivals)


async def all_at_once(provider: Provider, quotas: list[Quota], calls: int, tokens: int = 100) -> None:
    async with asyncio.TaskGroup() as group:
        for number in range(calls):
            group.create_task(provider.take(quotas[number % len(quotas)], number, tokens))


class Broker:
    """A lender behind a delay, as an actor would be; counts exchanges and may lose answers."""

    def __init__(self, limit: RateLimit, lose: frozenset[int] = frozenset()) -> None:
        self.lender = Lender()
        self._limit = limit
        self._lose = lose
        self.exchanges: list[tuple[str, float]] = []

    def worker(self, name: str, job: str = "", weight: float = 1.0) -> LeasedQuota:
        who = Borrower(worker=name, job=job, weight=weight)

        async def exchange(ask: Ask) -> Grant:
            loop = asyncio.get_running_loop()
            self.exchanges.append((name, loop.time()))
            await asyncio.sleep(0.005)
            grant = self.lender.exchange(who, ask, loop.time())
            if len(self.exchanges) in self._lose:
                raise ConnectionError("the answer was lost")
            return grant

        return LeasedQuota(exchange, lambda model: LanePlace(lane=model, limit=self._limit), SystemClock())


def test_requests_per_minute_are_kept_and_used(run_virtual: RunVirtual) -> None:
    provider = Provider()
    run_virtual(all_at_once(provider, [LocalQuota({"m": RateLimit(rpm=600)}, SystemClock())], 1200))
    assert provider.busiest(60.0) <= 600 + 60
    assert provider.arrivals[-1] <= 120.0


def test_first_come_first_served(run_virtual: RunVirtual) -> None:
    provider = Provider()
    run_virtual(all_at_once(provider, [LocalQuota({"m": RateLimit(rpm=60)}, SystemClock())], 40))
    assert provider.order == sorted(provider.order)


def test_tokens_per_minute_are_kept(run_virtual: RunVirtual) -> None:
    provider = Provider(used=500)
    run_virtual(all_at_once(provider, [LocalQuota({"m": RateLimit(tpm=60_000)}, SystemClock())], 240, tokens=500))
    assert provider.busiest(60.0) * 500 <= 66_500
    assert provider.arrivals[-1] <= 120.0


def test_settling_gives_overestimates_back(run_virtual: RunVirtual) -> None:
    provider = Provider(used=100)
    run_virtual(all_at_once(provider, [LocalQuota({"m": RateLimit(tpm=60_000)}, SystemClock())], 600, tokens=1000))
    assert provider.arrivals[-1] < 70.0, "without settling this takes 600 s"


def test_request_larger_than_the_bucket_is_sent_and_paid(run_virtual: RunVirtual) -> None:
    provider = Provider(used=6_000)
    run_virtual(all_at_once(provider, [LocalQuota({"m": RateLimit(tpm=6_000)}, SystemClock())], 3, tokens=6_000))
    assert provider.arrivals == pytest.approx([0.0, 60.0, 120.0], abs=1.0)


def test_unlimited_model_never_waits(run_virtual: RunVirtual) -> None:
    provider = Provider()
    run_virtual(all_at_once(provider, [LocalQuota({}, SystemClock())], 500))
    assert provider.arrivals[-1] == 0.0


def test_rejection_blocks_the_whole_lane(run_virtual: RunVirtual) -> None:
    async def main() -> list[float]:
        quota, provider = LocalQuota({}, SystemClock()), Provider()
        async with quota.admit("m", tokens=10) as permit:
            permit.rejected(7.0)
        await all_at_once(provider, [quota], 20)
        return provider.arrivals

    assert min(run_virtual(main())) >= 7.0


def test_cancelled_waiter_lets_the_next_one_in(run_virtual: RunVirtual) -> None:
    async def main() -> list[float]:
        quota, provider = LocalQuota({"m": RateLimit(rpm=10)}, SystemClock()), Provider()
        await provider.take(quota, 0)
        impatient = asyncio.ensure_future(provider.take(quota, 1))
        await asyncio.sleep(1.0)
        impatient.cancel()
        await provider.take(quota, 2)
        return provider.arrivals

    assert run_virtual(main()) == pytest.approx([0.0, 6.0], abs=0.2)


@pytest.mark.parametrize("leased", [False, True])
def test_older_episodes_go_first(run_virtual: RunVirtual, leased: bool) -> None:
    async def main() -> list[int]:
        limit = RateLimit(rpm=60)
        quota = Broker(limit).worker("w") if leased else LocalQuota({"m": limit}, SystemClock())
        came: list[int] = []

        async def come(since: int) -> None:
            async with quota.admit("m", tokens=1, standing=Standing(since)):
                came.append(since)

        async with asyncio.TaskGroup() as group:
            for since in (0, 5, 4, 3, 1, 2):
                group.create_task(come(since))
                await asyncio.sleep(0)
        return came

    first, *rest = run_virtual(main())
    assert (first, rest) == (0, [1, 2, 3, 4, 5])


def test_two_names_of_one_account_share_the_tighter_limit(run_virtual: RunVirtual) -> None:
    async def main() -> list[float]:
        limits = {"a": RateLimit(rpm=600), "b": RateLimit(rpm=60), "other": RateLimit(rpm=600)}
        quota = LocalQuota(limits, SystemClock(), lane_of=lambda model: "other" if model == "other" else "one")
        arrivals: list[float] = []
        for number in range(8):
            async with quota.admit("ab"[number % 2], tokens=1):
                arrivals.append(asyncio.get_running_loop().time())
        assert quota.free("other", tokens=1)
        assert not quota.free("a", tokens=1)
        return arrivals

    arrivals = run_virtual(main())
    assert arrivals[-1] == pytest.approx(6.0, abs=0.2)  # the second call brings the tighter limit


def test_leased_lane_of_two_names_asks_for_the_tighter_limit(run_virtual: RunVirtual) -> None:
    asked: list[RateLimit] = []

    async def exchange(ask: Ask) -> Grant:
        asked.extend(lane.limit for lane in ask.lanes)
        return Grant(lanes=tuple(LaneGrant(lane=lane.lane, requests=1) for lane in ask.lanes))

    async def main() -> None:
        limits = {"a": RateLimit(rpm=600), "b": RateLimit(rpm=60)}
        quota = LeasedQuota(exchange, lambda model: LanePlace(lane="one", limit=limits[model]), SystemClock())
        for model in "aab":
            async with quota.admit(model, tokens=1):
                pass

    run_virtual(main())
    assert asked == [RateLimit(rpm=600), RateLimit(rpm=600), RateLimit(rpm=60)]


def test_workers_share_one_limit(run_virtual: RunVirtual) -> None:
    provider, broker = Provider(), Broker(RateLimit(rpm=1200, tpm=200_000))
    quotas: list[Quota] = [broker.worker(f"w{number}") for number in range(8)]
    run_virtual(all_at_once(provider, quotas, 2400))
    assert provider.busiest(60.0) <= 1200 + 120
    assert provider.arrivals[-1] <= 120 / 0.97, "97 % of the limit are used"


def test_a_broker_that_forgets_everything_keeps_the_limit_but_for_one_lease(run_virtual: RunVirtual) -> None:
    """G5: after a restart its buckets are empty; what workers hold then is a lease's worth at most."""
    rpm, restarts = 1200, 3

    async def main() -> Provider:
        provider, broker = Provider(), Broker(RateLimit(rpm=rpm))
        loop = asyncio.get_running_loop()
        for number in range(restarts):
            loop.call_later(15.0 * (number + 1), setattr, broker, "lender", Lender())
        await all_at_once(provider, [broker.worker(f"w{number}") for number in range(8)], 2400)
        return provider

    provider = run_virtual(main())
    assert len(provider.arrivals) == 2400
    assert provider.busiest(60.0) <= rpm + rpm / 10 + restarts * rpm / 60 * LEASE_S


def test_workers_get_fair_shares(run_virtual: RunVirtual) -> None:
    async def main() -> tuple[int, int]:
        greedy, modest, broker = Provider(), Provider(), Broker(RateLimit(rpm=600))
        big, small = broker.worker("big"), broker.worker("small")
        async with asyncio.TaskGroup() as group:
            group.create_task(all_at_once(greedy, [big], 600))
            group.create_task(all_at_once(modest, [small], 100))
        return len([at for at in greedy.arrivals if at <= modest.arrivals[-1]]), len(modest.arrivals)

    greedy, modest = run_virtual(main())
    assert 0.6 <= modest / greedy <= 1.6


def test_exchanges_are_rare(run_virtual: RunVirtual) -> None:
    provider, broker = Provider(), Broker(RateLimit(rpm=6000))
    run_virtual(all_at_once(provider, [broker.worker("w")], 3000))
    times = [at for _, at in broker.exchanges]
    assert all(later - sooner >= 0.0999 for sooner, later in itertools.pairwise(times))


def test_unlimited_model_asks_once_in_two_seconds(run_virtual: RunVirtual) -> None:
    async def main() -> int:
        provider, broker = Provider(), Broker(RateLimit())
        quota = broker.worker("w")
        for number in range(40):
            await provider.take(quota, number)
        return len(broker.exchanges)

    assert run_virtual(main()) <= 20 / 2 + 1


def test_block_reaches_other_workers(run_virtual: RunVirtual) -> None:
    async def main() -> list[float]:
        provider, broker = Provider(latency_s=0.1), Broker(RateLimit())
        first, second = broker.worker("first"), broker.worker("second")
        async with first.admit("m", tokens=1) as permit:
            permit.rejected(30.0)
        async with asyncio.TaskGroup() as group:
            group.create_task(provider.take(first, 0))
            await asyncio.sleep(0.3)
            group.create_task(provider.take(second, 1))
        return provider.arrivals

    assert min(run_virtual(main())) >= 29.9


def test_lost_answer_is_asked_for_again_and_counts_once() -> None:
    lender, who = Lender(), Borrower(worker="w")
    lane = LaneAsk(lane="m", limit=RateLimit(rpm=600), requests=100)
    lender.exchange(who, Ask(number=0, lanes=(lane,)), 0.0)
    ask = Ask(number=1, lanes=(lane,))
    assert lender.exchange(who, ask, 0.5) == lender.exchange(who, ask, 0.9)
    used = lane.model_copy(update={"used_requests": 5})
    assert lender.exchange(who, Ask(number=2, lanes=(used,)), 0.9).lanes[0].requests == 4, "9 by now, 5 are used"


def test_a_lender_knows_that_a_provider_wants_to_be_left_alone() -> None:
    lender, who = Lender(), Borrower(worker="w")
    lane = LaneAsk(lane="m", limit=RateLimit(rpm=600), requests=1)
    lender.exchange(who, Ask(number=0, lanes=(lane,)), 0.0)
    assert not lender.blocked(0.0)
    refused = lane.model_copy(update={"rejected": 1, "blocked_s": 90.0})
    lender.exchange(who, Ask(number=1, lanes=(refused,)), 1.0)
    assert lender.blocked(90.0)
    assert not lender.blocked(92.0)


async def test_failed_exchange_is_repeated_as_it_was() -> None:
    asks: list[Ask] = []

    async def exchange(ask: Ask) -> Grant:
        asks.append(ask)
        if len(asks) == 1:
            raise ConnectionError("the answer was lost")
        return Grant(lanes=(LaneGrant(lane="m"),))

    quota = LeasedQuota(exchange, lambda model: LanePlace(lane=model))
    with pytest.raises(ConnectionError):
        await quota.admit("m", tokens=10).__aenter__()
    await quota.admit("m", tokens=20).__aenter__()
    assert asks[0] == asks[1]


def test_lost_worker_costs_no_more_than_its_lease(run_virtual: RunVirtual) -> None:
    async def main() -> float:
        provider, broker = Provider(latency_s=0.0), Broker(RateLimit(rpm=600))
        dead, alive = broker.worker("dead"), broker.worker("alive")
        await all_at_once(provider, [dead], 30)
        await asyncio.sleep(3.0)
        start = asyncio.get_running_loop().time()
        await all_at_once(provider, [alive], 300)
        return asyncio.get_running_loop().time() - start

    assert run_virtual(main()) <= 31.0


def test_closing_gives_leases_back(run_virtual: RunVirtual) -> None:
    async def main() -> float:
        provider, broker = Provider(latency_s=0.0), Broker(RateLimit(rpm=60))
        first, second = broker.worker("first"), broker.worker("second")
        await provider.take(first, 0)
        await first.close()
        await all_at_once(provider, [second], 5)
        return asyncio.get_running_loop().time()

    assert run_virtual(main()) < 6.2, "one a second, from the first on"


async def shares(workers: dict[str, list[LeasedQuota]], seconds: float) -> dict[str, int]:
    """Requests by job while every worker wants as much as it can get."""
    providers = {job: Provider(latency_s=0.1) for job in workers}

    async def insist(job: str, quota: LeasedQuota) -> None:
        while True:
            await providers[job].take(quota, 0)

    try:
        async with asyncio.timeout(seconds), asyncio.TaskGroup() as group:
            for job, quotas in workers.items():
                for quota in quotas * 50:
                    group.create_task(insist(job, quota))
    except TimeoutError:
        pass
    return {job: len(provider.arrivals) for job, provider in providers.items()}


@pytest.mark.parametrize(
    ("sizes", "weights", "part"),
    [((1, 1), (1.0, 1.0), 0.5), ((7, 1), (1.0, 1.0), 0.5), ((2, 6), (3.0, 1.0), 0.75), ((1, 5), (1.0, 3.0), 0.25)],
)
def test_jobs_get_their_parts_however_many_workers_they_have(
    run_virtual: RunVirtual, sizes: tuple[int, int], weights: tuple[float, float], part: float
) -> None:
    broker = Broker(RateLimit(rpm=6000))
    workers = {
        job: [broker.worker(f"{job}{number}", job, weight) for number in range(size)]
        for job, size, weight in zip("ab", sizes, weights, strict=True)
    }
    used = run_virtual(shares(workers, 30.0))
    assert used["a"] / sum(used.values()) == pytest.approx(part, abs=0.05)
    assert sum(used.values()) >= 0.97 * 3000


def test_what_a_modest_job_leaves_goes_to_the_other(run_virtual: RunVirtual) -> None:
    async def main() -> tuple[int, int]:
        greedy, modest, broker = Provider(), Provider(latency_s=0.0), Broker(RateLimit(rpm=6000))
        big, small = broker.worker("big", "big"), broker.worker("small", "small")
        async with asyncio.TaskGroup() as group:
            group.create_task(all_at_once(greedy, [big], 3000))
            for number in range(100):
                await asyncio.sleep(0.1)
                await modest.take(small, number)
        return greedy.busiest(10.0), len(modest.arrivals)

    greedy, modest = run_virtual(main())
    assert modest == 100
    assert greedy >= 0.85 * 1000


def test_tightest_of_the_jobs_limits_holds(run_virtual: RunVirtual) -> None:
    lender = Lender()

    def requests(worker: str, rpm: int, number: int, now: float) -> int | None:
        lane = LaneAsk(lane="m", limit=RateLimit(rpm=rpm), requests=1000)
        return (
            lender.exchange(Borrower(worker=worker, job=worker), Ask(number=number, lanes=(lane,)), now)
            .lanes[0]
            .requests
        )

    requests("a", 6000, 0, 0.0)
    requests("b", 60, 0, 0.0)
    assert sum(requests("a", 6000, number, number / 10) or 0 for number in range(1, 11)) <= 2


def test_restarted_broker_begins_with_nothing_and_counts_on(run_virtual: RunVirtual) -> None:
    """At any time at most the limit, a second's worth and what was lent is used, whatever the broker forgot."""

    async def main() -> list[float]:
        provider, broker = Provider(latency_s=0.1), Broker(RateLimit(rpm=600))
        quotas: list[Quota] = [broker.worker(f"w{number}") for number in range(4)]

        async def restart() -> None:
            for _ in range(5):
                await asyncio.sleep(7.0)
                broker.lender = Lender()

        async with asyncio.TaskGroup() as group:
            group.create_task(restart())
            group.create_task(all_at_once(provider, quotas, 600))
        return provider.arrivals

    arrivals = run_virtual(main())
    assert 57.0 <= arrivals[-1] <= 66.0
    assert max(sum(1 for other in arrivals if at <= other < at + 10.0) for at in arrivals) <= 100 + 10 + 20


@pytest.mark.parametrize(("kept_fresh", "slowest"), [(True, 0.0), (False, 0.3)])
def test_a_lease_that_is_kept_fresh_holds_up_no_call(run_virtual: RunVirtual, kept_fresh: bool, slowest: float) -> None:
    lender = Lender()

    async def exchange(ask: Ask) -> Grant:
        await asyncio.sleep(0.3)  # as long as a busy loop takes to read an answer
        return lender.exchange(Borrower(worker="w", job="j"), ask, asyncio.get_running_loop().time())

    quota = LeasedQuota(exchange, lambda model: LanePlace(lane=model), SystemClock())

    async def calls() -> list[float]:
        loop, waits = asyncio.get_running_loop(), list[float]()
        if kept_fresh:
            await quota.prepare(["m"])
        keeping = asyncio.ensure_future(quota.keep_fresh()) if kept_fresh else None
        for _ in range(100):
            begun = loop.time()
            async with quota.admit("m", tokens=1):
                waits.append(loop.time() - begun)
            await asyncio.sleep(0.1)
        if keeping is not None:
            keeping.cancel()
        return waits

    assert max(run_virtual(calls())) == pytest.approx(slowest, abs=0.01)
