"""Hedged requests on virtual time: what they bring, what they cost, when there are none."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from wardian.base.clock import SystemClock
from wardian.base.completion import Completion
from wardian.base.errors import ModelError
from wardian.base.identity import random_stream
from wardian.base.messages import Message, Origin, Request
from wardian.models.breaker import Breaker
from wardian.models.gauges import LaneMeter
from wardian.models.hedging import ENOUGH, NEVER_S, Hedging, Latencies
from wardian.models.ledger import RateLimit
from wardian.models.quota import LocalQuota
from wardian.models.refusal import Refusal
from wardian.models.retry import Guards, RetryingClient, RetryPolicy
from wardian.models.routing import RoutingClient
from wardian.specs.models import HedgeSpec

RunVirtual = Callable[[Coroutine[Any, Any, Any]], Any]
CLOCK = SystemClock()


class Ledger:
    """Notes what attempts reserve and how they end."""

    def __init__(self) -> None:
        self.open = 0
        self.most_open = 0
        self.ends: list[str] = []

    def pay(self, request: Request) -> "Paid":
        return Paid(self)


class Paid:
    """One attempt."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._end = "lost"

    async def __aenter__(self) -> "Paid":
        self._ledger.open += 1
        self._ledger.most_open = max(self._ledger.most_open, self._ledger.open)
        return self

    def answered(self, completion: Completion) -> None:
        self._end = "answered"

    async def __aexit__(self, *exc: object) -> None:
        self._ledger.open -= 1
        self._ledger.ends.append(self._end)


class Place:
    """Takes as long as `seconds` says for the n-th request; a negative time is an error after that time."""

    def __init__(self, label: str, seconds: Callable[[int], float]) -> None:
        self.name = f"m#{label}"
        self._label = label
        self._seconds = seconds
        self.asked = 0
        self.cancelled = 0

    async def complete(self, request: Request) -> Completion:
        self.asked += 1
        seconds = self._seconds(self.asked)
        try:
            await asyncio.sleep(abs(seconds))
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if seconds < 0:
            raise Refusal("bad_request", "no", status=400)
        message = Message(role="assistant", content="ok")
        return Completion(message=message, finish="stop", model="m", deployment=self._label)


def hedged(
    places: list[Place], spec: HedgeSpec, quota: LocalQuota | None = None, ledger: Ledger | None = None
) -> RoutingClient:
    guards = Guards(Breaker(CLOCK), LaneMeter()) if ledger is None else Guards(Breaker(CLOCK), LaneMeter(), ledger.pay)
    admission = quota or LocalQuota({}, CLOCK)
    clients = [RetryingClient(place, admission, RetryPolicy(), CLOCK, guards) for place in places]
    return RoutingClient("m", clients, 120.0, CLOCK, Hedging(spec))


def question(number: int = 0) -> Request:
    origin = Origin(episode=f"e{number}", task="t", path="t1/agent")
    return Request(model="m", messages=(Message(role="user", content="hi"),), origin=origin)


async def times(client: RoutingClient, calls: int) -> list[float]:
    """How long each of so many calls took, four at once."""
    taken: list[float] = []
    numbers = iter(range(calls))

    async def ask() -> None:
        for number in numbers:
            begun = CLOCK.monotonic()
            await client.complete(question(number))
            taken.append(CLOCK.monotonic() - begun)

    async with asyncio.TaskGroup() as group:
        for _ in range(4):
            group.create_task(ask())
    return sorted(taken)


def heavy_tailed(seed: str) -> Callable[[int], float]:
    """About a second; for three in a hundred half a minute."""

    def seconds(number: int) -> float:
        draw = random_stream(seed, number)
        return 30.0 if draw.random() < 0.03 else draw.lognormvariate(0.0, 0.3)

    return seconds


@pytest.mark.parametrize("labels", ["a", "ab"])
def test_the_slowest_become_fast_and_few_are_sent_twice(run_virtual: RunVirtual, labels: str) -> None:
    plain = [Place("a", heavy_tailed("a"))]
    before = run_virtual(times(hedged(plain, HedgeSpec(after=10_000.0)), 2_000))
    places = [Place(label, heavy_tailed(label)) for label in labels]
    after = run_virtual(times(hedged(places, HedgeSpec()), 2_000))
    assert before[1_979] == 30.0
    assert after[1_979] < 5.0
    sent = sum(place.asked for place in places)
    assert 2_000 < sent <= 2_000 * 1.05


def test_without_second_requests_left_slow_ones_are_waited_for(run_virtual: RunVirtual) -> None:
    places = [Place("a", lambda number: 5.0), Place("b", lambda number: 1.0)]
    taken = run_virtual(times(hedged(places, HedgeSpec(after=1.0, budget=0.1)), 100))
    assert places[1].asked == 10
    assert (taken[0], taken[10:]) == (2.0, [5.0] * 90)


async def one(client: RoutingClient, spent: int = 1) -> Completion:
    """One call, after others have earned a second request."""
    assert client._hedging is not None
    for _ in range(spent):
        client._hedging.called()
    return await client.complete(question())


FULL = HedgeSpec(after=1.0, budget=0.5)


def test_a_second_request_that_must_go_elsewhere_never_goes_to_the_same_place(run_virtual: RunVirtual) -> None:
    """A place with no quota to spare is not asked either."""

    async def main(place_names: str) -> list[int]:
        places = [Place(label, lambda number: 5.0) for label in place_names]
        quota = LocalQuota({place.name: RateLimit(rpm=1) for place in places[1:]}, CLOCK)
        for place in places[1:]:
            async with quota.admit(place.name, tokens=1):
                pass
        clients = [RetryingClient(place, quota, RetryPolicy(), CLOCK) for place in places]
        client = RoutingClient("m", clients, 120.0, CLOCK, Hedging(FULL, elsewhere=True))
        await one(client, spent=2)
        return [place.asked for place in places]

    assert run_virtual(main("a")) == [1]
    assert run_virtual(main("ab")) == [1, 0]


def test_the_loser_is_cancelled_and_paid_for(run_virtual: RunVirtual) -> None:
    places, ledger = [Place("a", lambda number: 60.0), Place("b", lambda number: 2.0)], Ledger()
    answer = run_virtual(one(hedged(places, FULL, ledger=ledger), spent=2))
    assert (answer.deployment, answer.timing.hedged, answer.timing.total_s) == ("b", True, 3.0)
    assert (places[0].cancelled, places[1].cancelled) == (1, 0)
    assert (ledger.most_open, ledger.open, sorted(ledger.ends)) == (2, 0, ["answered", "lost"])


def test_the_first_may_win_after_all(run_virtual: RunVirtual) -> None:
    places = [Place("a", lambda number: 1.5), Place("b", lambda number: 60.0)]
    answer = run_virtual(one(hedged(places, FULL), spent=2))
    assert (answer.deployment, answer.timing.hedged, places[1].cancelled) == ("a", True, 1)


def test_an_error_loses_against_an_answer(run_virtual: RunVirtual) -> None:
    places = [Place("a", lambda number: -2.0), Place("b", lambda number: 5.0)]
    answer = run_virtual(one(hedged(places, FULL), spent=2))
    assert (answer.deployment, answer.timing.total_s) == ("b", 6.0)
    places = [Place("a", lambda number: 9.0), Place("b", lambda number: -1.0)]
    answer = run_virtual(one(hedged(places, FULL), spent=2))
    assert (answer.deployment, answer.timing.total_s) == ("a", 9.0)


def test_two_errors_are_that_of_the_first(run_virtual: RunVirtual) -> None:
    places = [Place("a", lambda number: -2.0), Place("b", lambda number: -9.0)]
    with pytest.raises(ModelError, match="no") as caught:
        run_virtual(one(hedged(places, FULL), spent=2))
    assert caught.value.kind == "bad_request"


def test_a_conversation_does_not_move_for_a_slow_answer(run_virtual: RunVirtual) -> None:
    async def scenario() -> list[str]:
        places = [Place("a", lambda number: 60.0 if number == 1 else 0.5), Place("b", lambda number: 2.0)]
        client = hedged(places, FULL)
        return [(await one(client, spent=2)).deployment for _ in range(2)]

    assert run_virtual(scenario()) == ["b", "a"]


@pytest.mark.parametrize("labels", ["a", "ab"])
def test_nobody_is_asked_twice_where_calls_wait_in_line(run_virtual: RunVirtual, labels: str) -> None:
    """Every place lets one request through in ten seconds, and has just done so."""
    places = [Place(label, lambda number: 8.0) for label in labels]

    async def scenario() -> Completion:
        quota = LocalQuota({place.name: RateLimit(rpm=6) for place in places}, CLOCK)
        for place in places[1:]:
            async with quota.admit(place.name, tokens=1):
                pass
        return await one(hedged(places, FULL, quota), spent=2)

    answer = run_virtual(scenario())
    assert (answer.timing.hedged, sum(place.asked for place in places)) == (False, 1)


def test_standing_in_line_is_not_slow(run_virtual: RunVirtual) -> None:
    places = [Place("a", lambda number: 0.5), Place("b", lambda number: 0.5)]

    async def scenario() -> Completion:
        quota = LocalQuota({"m#a": RateLimit(rpm=6)}, CLOCK)
        async with quota.admit("m#a", tokens=1):
            pass
        return await one(hedged(places, FULL, quota), spent=2)

    answer = run_virtual(scenario())
    assert (answer.deployment, answer.timing.hedged, places[1].asked) == ("a", False, 0)
    assert answer.timing.queue_s == pytest.approx(10.0, abs=0.2)


def test_percentiles_of_the_last_answers() -> None:
    latencies = Latencies()
    for number in range(ENOUGH - 1):
        latencies.add(float(number))
    assert latencies.quantile(0.95) == NEVER_S
    for number in range(400):
        latencies.add(float(number))
    assert latencies.quantile(0.5) == pytest.approx(272, abs=17)
    assert latencies.quantile(0.95) == pytest.approx(387, abs=17)
