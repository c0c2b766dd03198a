"""Rate limits on virtual time: alone, and shared by several workers."""

import asyncio
import itertools
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from wardian.base.clients import Quota
from wardian.base.clock import SystemClock
from wardian.base.messages import Usage
from wardian.models.leases import Ask, Grant, Lender
from wardian.models.ledger import RateLimit
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
        self._lender: Lender | None = None
        self._limit = limit
        self._lose = lose
        self.exchanges: list[tuple[str, float]] = []

    def worker(self, name: str) -> LeasedQuota:
        async def exchange(ask: Ask) -> Grant:
            loop = asyncio.get_running_loop()
            if self._lender is None:
                self._lender = Lender({"m": self._limit}, loop.time())
            self.exchanges.append((name, loop.time()))
            await asyncio.sleep(0.005)
            grant = self._lender.exchange(name, ask, loop.time())
            if len(self.exchanges) in self._lose:
                raise ConnectionError("the answer was lost")
            return grant

        return LeasedQuota(exchange, SystemClock())


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


def test_workers_share_one_limit(run_virtual: RunVirtual) -> None:
    provider, broker = Provider(), Broker(RateLimit(rpm=1200, tpm=200_000))
    quotas: list[Quota] = [broker.worker(f"w{number}") for number in range(8)]
    run_virtual(all_at_once(provider, quotas, 2400))
    assert provider.busiest(60.0) <= 1200 + 120
    assert provider.arrivals[-1] <= 120 / 0.97, "97 % of the limit are used"


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


def test_lost_answer_is_asked_for_again_and_counts_once(run_virtual: RunVirtual) -> None:
    async def main() -> list[float]:
        provider, broker = Provider(latency_s=0.0), Broker(RateLimit(rpm=60), lose=frozenset({1}))
        quota = broker.worker("w")
        with pytest.raises(ConnectionError):
            await provider.take(quota, 0)
        await all_at_once(provider, [quota], 6)
        return provider.arrivals

    assert run_virtual(main())[-1] < 3.0, "the burst of six was not lent twice"


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

    assert run_virtual(main()) < 1.5
