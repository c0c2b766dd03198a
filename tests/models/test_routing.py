"""A model at several places: whom a call asks when one of them is out, and when it ends."""

import asyncio
import itertools
from collections.abc import Callable, Coroutine, Iterator, Sequence
from typing import Any

import pytest

from wardian.base.clients import Quota
from wardian.base.clock import SystemClock
from wardian.base.completion import Completion
from wardian.base.errors import ModelError
from wardian.base.messages import Message, Origin, Request
from wardian.models.ledger import RateLimit
from wardian.models.quota import LocalQuota
from wardian.models.refusal import Refusal
from wardian.models.retry import RetryingClient, RetryPolicy
from wardian.models.routing import RoutingClient

RunVirtual = Callable[[Coroutine[Any, Any, Any]], Any]
Behaviour = Callable[[], float | Exception]
CLOCK = SystemClock()


def now() -> float:
    return asyncio.get_running_loop().time()


class Place:
    """Answers after the seconds, or with the error, that its behaviour says."""

    def __init__(self, label: str, behaviour: Behaviour) -> None:
        self.name = f"m#{label}"
        self.behaviour = behaviour
        self.asked: list[float] = []

    async def complete(self, request: Request) -> Completion:
        self.asked.append(now())
        does = self.behaviour()
        if isinstance(does, Exception):
            raise does
        await asyncio.sleep(does)
        message = Message(role="assistant", content=self.name)
        return Completion(message=message, finish="stop", model="m", deployment=self.name.removeprefix("m#"))


def always(does: float | Exception) -> Behaviour:
    return lambda: does


def fails(kind: str, status: int | None = None, retry_after_s: float | None = None) -> Behaviour:
    """A new error each time, as from a real provider."""
    return lambda: Refusal(kind, kind, status=status, retry_after_s=retry_after_s)


def routed(places: Sequence[Place], timeout_s: float = 120.0, quota: Quota | None = None) -> RoutingClient:
    policy = RetryPolicy(timeout_s=timeout_s)
    admission = quota or LocalQuota({}, CLOCK)
    clients = [RetryingClient(place, admission, policy, CLOCK) for place in places]
    return RoutingClient("m", clients, timeout_s, CLOCK)


def question(episode: str = "e") -> Request:
    origin = Origin(episode=episode, task="t", path="t1/agent", began_at=0.0)
    return Request(model="m", messages=(Message(role="user", content="hi"),), origin=origin)


async def outcome(client: RoutingClient, episode: str = "e") -> tuple[Completion | ModelError, float]:
    begun = now()
    try:
        result: Completion | ModelError = await client.complete(question(episode))
    except ModelError as error:
        result = error
    return result, now() - begun


def test_the_preferred_place_is_asked_as_long_as_it_is_well(run_virtual: RunVirtual) -> None:
    places = Place("a", always(1.0)), Place("b", always(1.0))
    result, seconds = run_virtual(outcome(routed(places)))
    assert (result.deployment, seconds, result.timing.retries) == ("a", 1.0, 0)
    assert not places[1].asked


@pytest.mark.parametrize(
    ("out", "most_s"),
    [
        (fails("quota_exhausted", 402), 0.0),
        (fails("auth", 401), 0.0),
        (fails("auth", 403), 0.0),
        (fails("rate_limited", 429, 60.0), 0.0),
        (fails("rate_limited", 429), 45.0),
        (fails("server_error", 500), 32.0),
        (fails("connection"), 32.0),
        (always(10_000.0), 60.0),
    ],
)
def test_another_place_answers_when_one_is_out(run_virtual: RunVirtual, out: Behaviour, most_s: float) -> None:
    places = Place("a", out), Place("b", always(1.0))
    result, seconds = run_virtual(outcome(routed(places)))
    assert result.deployment == "b"
    assert seconds <= most_s + 1.0
    assert result.timing.retries == len(places[0].asked)
    assert result.timing.total_s + result.timing.queue_s == pytest.approx(seconds)


@pytest.mark.parametrize("kind", ["bad_request", "not_found", "too_large", "context_overflow", "unparsable_output"])
def test_what_is_the_requests_own_fault_is_asked_once(run_virtual: RunVirtual, kind: str) -> None:
    places = Place("a", fails(kind, 400)), Place("b", always(1.0))
    result, _ = run_virtual(outcome(routed(places)))
    assert result.kind == kind
    assert (len(places[0].asked), places[1].asked) == (1, [])


@pytest.mark.parametrize("number", [2, 3])
def test_the_deadline_is_that_of_the_whole_call(run_virtual: RunVirtual, number: int) -> None:
    places = [Place(str(each), always(10_000.0)) for each in range(number)]
    result, seconds = run_virtual(outcome(routed(places, timeout_s=12.0)))
    assert result.kind == "timeout"
    assert seconds == pytest.approx(12.0)
    assert [place.asked for place in places] == [[pytest.approx(12.0 / number * each)] for each in range(number)]


def test_a_place_that_nobody_can_replace_gets_all_the_time(run_virtual: RunVirtual) -> None:
    moderated = Refusal("auth", "no", status=403)
    first: Iterator[float | Exception] = iter((moderated, 1.0, moderated, 10.0))
    places = Place("a", lambda: next(first)), Place("b", fails("auth", 401))

    async def scenario() -> Completion | ModelError:
        client = routed(places, timeout_s=12.0)
        for _ in range(3):
            await outcome(client)
        result, _ = await outcome(client)
        return result

    assert run_virtual(scenario()).deployment == "a"


def test_an_open_breaker_sends_everybody_elsewhere_at_once(run_virtual: RunVirtual) -> None:
    places = Place("a", fails("server_error", 500)), Place("b", always(1.0))

    async def scenario() -> tuple[int, float]:
        client = routed(places)
        async with asyncio.TaskGroup() as group:
            for number in range(40):
                group.create_task(outcome(client, f"e{number}"))
        asked, begun = len(places[0].asked), now()
        places[0].asked.clear()
        await outcome(client, "late")
        assert now() - begun < 3.0
        return asked, now()

    asked, ended = run_virtual(scenario())
    assert asked <= 20 + 40
    assert ended < 10.0


def test_a_conversation_stays_where_its_prompt_is_cached(run_virtual: RunVirtual) -> None:
    places = Place("a", fails("quota_exhausted", 402)), Place("b", always(1.0)), Place("c", always(1.0))

    async def scenario() -> list[str]:
        busy: list[float | Exception] = [Refusal("overloaded", "busy")] * 6
        down = itertools.chain(busy, itertools.repeat(1.0))
        places[0].behaviour = lambda: next(down)
        client = routed(places)
        answered = []
        for episode in ("moved", "moved", "new", "moved"):
            result, _ = await outcome(client, episode)
            assert isinstance(result, Completion)
            answered.append(result.deployment)
        places[1].behaviour = fails("auth", 401)
        result, _ = await outcome(client, "moved")
        assert isinstance(result, Completion)
        return [*answered, result.deployment]

    assert run_virtual(scenario()) == ["b", "b", "a", "b", "a"]


def test_calls_that_wait_in_line_go_elsewhere_when_the_provider_wants_no_more(run_virtual: RunVirtual) -> None:
    """A lane with six requests a minute: one is sent, nine wait; its 429 tells them all to wait for five minutes."""
    places = Place("a", fails("rate_limited", 429, 300.0)), Place("b", always(1.0))
    no_more = Refusal("rate_limited", "no", status=429, retry_after_s=300.0)
    first: Iterator[float | Exception] = itertools.chain([5.0], itertools.repeat(no_more))
    places[0].behaviour = lambda: next(first)

    async def scenario() -> float:
        client = routed(places, quota=LocalQuota({"m#a": RateLimit(rpm=6)}, CLOCK))
        async with asyncio.TaskGroup() as group:
            for number in range(10):
                group.create_task(outcome(client, f"e{number}"))
        return now()

    assert run_virtual(scenario()) < 15.0
    assert (len(places[0].asked), len(places[1].asked)) == (2, 9)


def test_calls_that_wait_in_line_go_elsewhere_when_the_breaker_opens(run_virtual: RunVirtual) -> None:
    places = Place("a", fails("connection")), Place("b", always(1.0))

    async def scenario() -> float:
        client = routed(places, quota=LocalQuota({"m#a": RateLimit(rpm=60)}, CLOCK))
        async with asyncio.TaskGroup() as group:
            for number in range(100):
                group.create_task(outcome(client, f"e{number}"))
        return now()

    assert run_virtual(scenario()) < 40.0
    assert len(places[1].asked) == 100


def test_only_what_ends_every_place_ends_the_run(run_virtual: RunVirtual) -> None:
    async def scenario(second: Behaviour) -> ModelError:
        client = routed((Place("a", fails("quota_exhausted", 402)), Place("b", second)))
        result, _ = await outcome(client)
        assert isinstance(result, ModelError)
        return result

    broke = run_virtual(scenario(fails("quota_exhausted", 402)))
    assert broke.lasting
    passing = run_virtual(scenario(fails("overloaded", 503)))
    assert (passing.kind, passing.lasting) == ("overloaded", False)
    assert passing.retried[0].kind == "quota_exhausted"


def test_waiting_in_line_for_a_place_takes_nothing_from_the_deadline(run_virtual: RunVirtual) -> None:
    places = Place("a", always(1.0)), Place("b", always(1.0))

    async def scenario() -> list[Completion | ModelError]:
        client = routed(places, timeout_s=4.0, quota=LocalQuota({"m#a": RateLimit(rpm=6)}, CLOCK))
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(outcome(client, f"e{number}")) for number in range(3)]
        return [task.result()[0] for task in tasks]

    results = run_virtual(scenario())
    assert [result.deployment for result in results] == ["a", "a", "a"]
    assert results[-1].timing.queue_s > 15.0
