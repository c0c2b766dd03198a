"""Lane gauges: what is counted while calls wait, fly, fail and succeed."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

import pytest

from wardian.base.clients import Allowance
from wardian.base.clock import SystemClock
from wardian.base.completion import Completion
from wardian.base.errors import ModelError
from wardian.base.messages import Message, Request
from wardian.base.usage import Usage
from wardian.models.breaker import Breaker
from wardian.models.gauges import LaneGauge, LaneMeter, joined
from wardian.models.lanes import LanePlace
from wardian.models.leases import Ask, Borrower, Grant
from wardian.models.ledger import RateLimit
from wardian.models.lender import Lender
from wardian.models.quota import LeasedQuota, LocalQuota
from wardian.models.refusal import Refusal
from wardian.models.retry import Guards, RetryingClient, RetryPolicy

RunVirtual = Callable[[Coroutine[Any, Any, Any]], Any]
ANSWER = Completion(
    message=Message(role="assistant", content="ok"),
    finish="stop",
    model="m",
    usage=Usage(input_tokens=9, output_tokens=1),
)
REQUEST = Request(model="m", messages=(Message(role="user", content="hi"),))


class Provider:
    """Plays a list of errors, then answers; every attempt takes a second."""

    name = "m"

    def __init__(self, *errors: Refusal) -> None:
        self._errors = list(errors)

    async def complete(self, request: Request) -> Completion:
        await asyncio.sleep(1.0)
        if self._errors:
            raise self._errors.pop(0)
        return ANSWER


class Lane:
    """One lane with its gauge, as the pool puts it together."""

    def __init__(self, *errors: Refusal, limit: RateLimit | None = None) -> None:
        clock = SystemClock()
        self.quota = LocalQuota({"m": limit or RateLimit()}, clock)
        self.breaker, self.meter = Breaker(clock), LaneMeter()
        policy = RetryPolicy(max_retries=1)
        self.client = RetryingClient(Provider(*errors), self.quota, policy, clock, Guards(self.breaker, self.meter))

    def gauge(self) -> LaneGauge:
        now = asyncio.get_running_loop().time()
        return self.meter.gauge("m", self.breaker.state, self.quota.allowance("m"), now)


def test_calls_in_flight_and_waiting_for_the_limit(run_virtual: RunVirtual) -> None:
    """60 a minute: one leaves at once and one each second, the others wait."""

    async def main() -> None:
        lane = Lane(limit=RateLimit(rpm=60))
        async with asyncio.TaskGroup() as group:
            for _ in range(5):
                group.create_task(lane.client.complete(REQUEST))
            await asyncio.sleep(0.5)
            begun = lane.gauge()
            await asyncio.sleep(2.0)
            later = lane.gauge()
        assert (begun.in_flight, begun.waiting, begun.requests, begun.tokens) == (1, 4, 1, 0)
        assert begun.oldest_wait_s == pytest.approx(0.5)
        assert begun.allowance.rpm == 60
        assert begun.allowance.requests == 0
        assert (later.in_flight, later.waiting, later.requests, later.tokens) == (1, 2, 3, 20)
        assert later.oldest_wait_s == pytest.approx(2.5)
        end = lane.gauge()
        assert (end.in_flight, end.waiting, end.oldest_wait_s, end.requests, end.tokens) == (0, 0, 0.0, 5, 50)

    run_virtual(main())


def test_refusals_and_repetitions_are_counted_apart(run_virtual: RunVirtual) -> None:
    async def main() -> None:
        limited = Refusal("rate_limited", "slow down", retry_after_s=30.0)
        lane = Lane(limited, Refusal("overloaded", "busy"))
        async with asyncio.TaskGroup() as group:
            group.create_task(lane.client.complete(REQUEST))
            await asyncio.sleep(2.0)
            blocked = lane.gauge()
        assert (blocked.waiting, blocked.rate_limited, blocked.failed, blocked.retries) == (1, 1, 0, 1)
        assert blocked.allowance.blocked_s == pytest.approx(29.0)
        assert blocked.oldest_wait_s == pytest.approx(1.0), "since the 429, not since the call began"
        end = lane.gauge()
        assert (end.requests, end.rate_limited, end.failed, end.retries, end.tokens) == (3, 1, 1, 2, 10)

    run_virtual(main())


def test_a_call_that_is_given_up_is_no_longer_counted(run_virtual: RunVirtual) -> None:
    async def main() -> None:
        lane = Lane(Refusal("bad_request", "no"))
        with suppress(ModelError):
            await lane.client.complete(REQUEST)
        task = asyncio.get_running_loop().create_task(lane.client.complete(REQUEST))
        await asyncio.sleep(0.5)
        assert lane.gauge().in_flight == 1
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        assert (lane.gauge().in_flight, lane.gauge().waiting) == (0, 0)

    run_virtual(main())


def test_the_breaker_shows_what_it_lets_through(run_virtual: RunVirtual) -> None:
    async def main() -> None:
        breaker = Breaker(SystemClock())
        states = [breaker.state]
        for _ in range(20):
            breaker.failed(Refusal("overloaded", "busy"))
        states.append(breaker.state)
        await breaker.closed(10.0)
        states.append(breaker.state)
        breaker.answered()
        states.append(breaker.state)
        breaker.failed(Refusal("quota_exhausted", "no credit"))
        states.append(breaker.state)
        assert states == ["closed", "open", "probing", "closed", "lost"]

    run_virtual(main())


def test_a_lease_shows_what_is_left_of_it(run_virtual: RunVirtual) -> None:
    async def main() -> None:
        lender, loop = Lender(), asyncio.get_running_loop()

        async def exchange(ask: Ask) -> Grant:
            return lender.exchange(Borrower(worker="w"), ask, loop.time())

        place = LanePlace(lane="a", limit=RateLimit(rpm=6_000))
        quota = LeasedQuota(exchange, lambda model: place)
        async with quota.admit("m", tokens=10):
            pass
        await asyncio.sleep(0.5)
        async with quota.admit("m", tokens=10):
            lease = quota.allowance("m")
        await asyncio.sleep(10.0)
        assert (lease.rpm, lease.tpm, lease.tokens) == (6_000, None, None)
        assert lease.requests is not None
        assert quota.allowance("m").requests == 0, "a lease that is too old allows nothing"

    run_virtual(main())


def test_workers_are_joined_by_lane() -> None:
    one = LaneGauge(
        lane="m", in_flight=2, waiting=1, oldest_wait_s=3, requests=5, allowance=Allowance(rpm=60, requests=4)
    )
    other = LaneGauge(lane="m", in_flight=1, oldest_wait_s=1, requests=7, breaker="open", allowance=Allowance(rpm=50))
    alone = LaneGauge(lane="k", tokens=3)
    joint = LaneGauge(
        lane="m",
        in_flight=3,
        waiting=1,
        oldest_wait_s=3,
        requests=12,
        breaker="open",
        allowance=Allowance(rpm=50, requests=4),
    )
    assert joined([one, alone, other]) == (alone, joint)
    assert joined([]) == ()
