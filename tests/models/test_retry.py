"""One retry layer: what is repeated, how long it waits, when it gives up."""

import asyncio
import re
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

import pytest

from wardian.base.clock import SteadyClock, SystemClock
from wardian.base.completion import Completion
from wardian.base.deadline import Stopwatch
from wardian.base.errors import ModelError
from wardian.base.messages import Message, Origin, Request
from wardian.base.usage import Usage
from wardian.models.ledger import RateLimit
from wardian.models.quota import LocalQuota
from wardian.models.refusal import Refusal
from wardian.models.retry import RetryingClient, RetryPolicy

RunVirtual = Callable[[Coroutine[Any, Any, Any]], Any]
ANSWER = Completion(
    message=Message(role="assistant", content="ok"), finish="stop", model="m", usage=Usage(input_tokens=9)
)
REQUEST = Request(
    model="m",
    messages=(Message(role="user", content="hi"),),
    origin=Origin(episode="e1", task="retail/t1", path="t1/agent"),
)


class Provider:
    """Plays a list of errors, then answers; notes when it was asked."""

    name = "m"

    def __init__(self, *errors: Exception, latency_s: float = 0.0) -> None:
        self._errors = list(errors)
        self._latency_s = latency_s
        self.asked: list[float] = []

    async def complete(self, request: Request) -> Completion:
        self.asked.append(asyncio.get_running_loop().time())
        await asyncio.sleep(self._latency_s)
        if self._errors:
            raise self._errors.pop(0)
        return ANSWER


def client(provider: Provider, quota: LocalQuota | None = None, **policy: float) -> RetryingClient:
    clock = SystemClock()
    return RetryingClient(provider, quota or LocalQuota({}, clock), RetryPolicy.model_validate(policy), clock)


async def outcome(retrying: RetryingClient) -> tuple[Completion | ModelError, float]:
    try:
        result: Completion | ModelError = await retrying.complete(REQUEST)
    except ModelError as error:
        result = error
    return result, asyncio.get_running_loop().time()


def busy(seconds: float | None = None) -> Refusal:
    return Refusal("rate_limited", "slow down", status=429, retry_after_s=seconds)


@pytest.mark.parametrize("kind", ["rate_limited", "overloaded", "server_error", "connection", "bad_reply", "timeout"])
def test_passing_faults_are_repeated(run_virtual: RunVirtual, kind: str) -> None:
    provider = Provider(Refusal(kind, "x"), Refusal(kind, "x"))
    result, _ = run_virtual(outcome(client(provider)))
    assert result.timing.retries == 2
    assert len(provider.asked) == 3


@pytest.mark.parametrize(
    "kind",
    ["bad_request", "auth", "quota_exhausted", "not_found", "too_large", "context_overflow", "unparsable_output"],
)
def test_permanent_errors_are_asked_once(run_virtual: RunVirtual, kind: str) -> None:
    provider = Provider(Refusal(kind, "x"))
    result, _ = run_virtual(outcome(client(provider)))
    assert result.kind == kind
    assert len(provider.asked) == 1


def test_retries_end(run_virtual: RunVirtual) -> None:
    provider = Provider(*[Refusal("server_error", "x", status=500)] * 10)
    result, _ = run_virtual(outcome(client(provider, max_retries=3)))
    assert result.kind == "server_error"
    assert len(provider.asked) == 4


@pytest.mark.parametrize("error", [busy(1.0), Refusal("server_error", "x")])
def test_no_retries_means_none(run_virtual: RunVirtual, error: Refusal) -> None:
    provider = Provider(error)
    run_virtual(outcome(client(provider, max_retries=0)))
    assert len(provider.asked) == 1


def test_pauses_grow_and_follow_from_the_episode(run_virtual: RunVirtual) -> None:
    def pauses() -> list[float]:
        provider = Provider(*[Refusal("server_error", "x")] * 5)
        run_virtual(outcome(client(provider)))
        return [later - sooner for sooner, later in zip(provider.asked, provider.asked[1:], strict=False)]

    first = pauses()
    assert first == pauses()
    assert all(0 <= pause <= 0.5 * 2**index for index, pause in enumerate(first))
    assert len(set(first)) == 5


def test_retry_after_blocks_everybody(run_virtual: RunVirtual) -> None:
    async def main() -> list[float]:
        quota, provider = LocalQuota({}, SystemClock()), Provider(busy(20.0), latency_s=1.0)
        async with asyncio.TaskGroup() as group:
            group.create_task(client(provider, quota).complete(REQUEST))
            await asyncio.sleep(2.0)
            for _ in range(5):
                group.create_task(client(provider, quota).complete(REQUEST))
        return provider.asked

    asked = run_virtual(main())
    assert asked[0] == 0.0
    assert min(asked[1:]) >= 21.0


def test_waiting_for_limits_does_not_count_against_the_deadline(run_virtual: RunVirtual) -> None:
    provider = Provider(*[busy(30.0)] * 8, latency_s=0.1)
    result, elapsed = run_virtual(outcome(client(provider, timeout_s=5.0, max_retries=2)))
    assert result.message.content == "ok"
    assert elapsed == pytest.approx(240.9, abs=0.5)
    assert result.timing.queue_s == pytest.approx(240.0, abs=0.5)
    assert result.timing.total_s == pytest.approx(0.9, abs=0.1)


def test_patience_with_limits_ends(run_virtual: RunVirtual) -> None:
    provider = Provider(*[busy(100.0)] * 50)
    result, elapsed = run_virtual(outcome(client(provider)))
    assert result.kind == "rate_limited"
    assert elapsed <= 700.1


def test_absurd_retry_after_is_not_obeyed(run_virtual: RunVirtual) -> None:
    result, elapsed = run_virtual(outcome(client(Provider(busy(86_400.0)))))
    assert (result.kind, elapsed) == ("rate_limited", 0.0)
    assert result.lasting
    assert re.fullmatch(r"'m': not before 20\d\d-\d\d-\d\d \d\d:\d\d UTC: slow down", str(result))


@pytest.mark.parametrize("retries", [0, 5])
def test_what_ends_all_calls_says_so(run_virtual: RunVirtual, retries: int) -> None:
    provider = Provider(Refusal("quota_exhausted", "pay first", status=402))
    retrying = client(provider, max_retries=retries)
    first, _ = run_virtual(outcome(retrying))
    again, _ = run_virtual(outcome(retrying))
    for error in (first, again):
        assert (error.kind, error.lasting, error.status) == ("quota_exhausted", True, 402)
        assert str(error).startswith("'m': ")
    assert len(provider.asked) == 1


def test_one_request_s_own_failure_does_not(run_virtual: RunVirtual) -> None:
    result, _ = run_virtual(outcome(client(Provider(Refusal("bad_request", "x")))))
    assert not result.lasting


def test_server_that_says_when_it_is_back_is_asked_then(run_virtual: RunVirtual) -> None:
    provider = Provider(Refusal("overloaded", "x", status=503, retry_after_s=9.0))
    run_virtual(outcome(client(provider)))
    assert provider.asked[1] >= 9.0


def test_hung_call_ends_at_the_deadline(run_virtual: RunVirtual) -> None:
    result, elapsed = run_virtual(outcome(client(Provider(latency_s=1e9), timeout_s=7.0)))
    assert (result.kind, elapsed) == ("timeout", 7.0)
    assert "timeout_s" in str(result)


def test_attempts_and_pauses_share_the_deadline(run_virtual: RunVirtual) -> None:
    provider = Provider(*[Refusal("server_error", "x")] * 50, latency_s=3.0)
    _, elapsed = run_virtual(outcome(client(provider, timeout_s=10.0, max_retries=20)))
    assert elapsed <= 10.0


def test_queue_time_is_told_apart(run_virtual: RunVirtual) -> None:
    async def main() -> Completion:
        quota = LocalQuota({"m": RateLimit(rpm=10)}, SystemClock())
        retrying = client(Provider(latency_s=2.0), quota)
        await retrying.complete(REQUEST)
        return await retrying.complete(REQUEST)

    timing = run_virtual(main()).timing
    assert timing.queue_s == pytest.approx(4.0, abs=0.2)
    assert timing.total_s == pytest.approx(2.0)


def test_other_errors_pass_untouched(run_virtual: RunVirtual) -> None:
    provider = Provider(RuntimeError("a bug"))
    with pytest.raises(RuntimeError, match="a bug"):
        run_virtual(client(provider).complete(REQUEST))
    assert len(provider.asked) == 1


def test_repetitions_cost_a_tenth_at_most(run_virtual: RunVirtual) -> None:
    class Flaky(Provider):
        """Fails every third time."""

        async def complete(self, request: Request) -> Completion:
            self.asked.append(asyncio.get_running_loop().time())
            if len(self.asked) % 3 == 0:
                raise Refusal("server_error", "oops", status=500)
            return ANSWER

    async def main() -> int:
        provider = Flaky()
        retrying = client(provider)
        for _ in range(2_000):
            with suppress(Refusal):
                await retrying.complete(REQUEST)
        return len(provider.asked)

    assert 2_000 < run_virtual(main()) <= 2_000 * 1.1 + 20


def test_five_percent_of_faults_are_all_mended(run_virtual: RunVirtual) -> None:
    class Flaky(Provider):
        """Fails every twentieth time."""

        async def complete(self, request: Request) -> Completion:
            self.asked.append(asyncio.get_running_loop().time())
            if len(self.asked) % 20 == 0:
                raise Refusal("server_error", "oops", status=500)
            return ANSWER

    async def main() -> int:
        provider = Flaky()
        retrying = client(provider)
        for _ in range(2_000):
            await retrying.complete(REQUEST)
        return len(provider.asked)

    assert run_virtual(main()) <= 2_000 * 1.06


def test_an_oversized_reply_is_read_twice_at_most(run_virtual: RunVirtual) -> None:
    provider = Provider(*[Refusal("oversized", "9 MB")] * 9)
    result, _ = run_virtual(outcome(client(provider)))
    assert result.kind == "oversized"
    assert len(provider.asked) == 2


def request_of(stopwatch: Stopwatch) -> Request:
    origin = Origin(episode="e1", task="retail/t1", path="t1/agent", stopwatch=stopwatch)
    return REQUEST.model_copy(update={"origin": origin})


def test_the_time_of_an_episode_stands_still_while_its_calls_are_in_line(run_virtual: RunVirtual) -> None:
    """Of ten at once only one a second may go: the last one waits for nine seconds, and the answer takes two."""

    async def main() -> list[tuple[float, float]]:
        clock = SystemClock()
        retrying = client(Provider(latency_s=2.0), LocalQuota({"m": RateLimit(rpm=60)}, clock))

        async def one() -> tuple[float, float]:
            stopwatch = Stopwatch(clock)
            await retrying.complete(request_of(stopwatch))
            return clock.monotonic(), stopwatch.read()

        return await asyncio.gather(*[one() for _ in range(10)])

    took = run_virtual(main())
    assert max(passed for passed, _ in took) == pytest.approx(11.0, abs=0.2)
    assert [counted for _, counted in took] == [pytest.approx(2.0, abs=0.01)] * 10


def test_it_stands_still_for_a_provider_that_is_busy_and_for_no_other(run_virtual: RunVirtual) -> None:
    async def main() -> tuple[float, float]:
        stopwatch = Stopwatch(SystemClock())
        errors = busy(100.0), busy(100.0), Refusal("server_error", "x", retry_after_s=7.0)
        await client(Provider(*errors, latency_s=1.0)).complete(request_of(stopwatch))
        return asyncio.get_running_loop().time(), stopwatch.read()

    passed, counted = run_virtual(main())
    assert passed == pytest.approx(200.0 + 7.0 + 4.0, abs=1.0)
    assert counted == pytest.approx(7.0 + 4.0, abs=0.01)


def test_a_call_that_is_given_up_in_line_lets_the_time_go_on(run_virtual: RunVirtual) -> None:
    async def main() -> float:
        clock = SystemClock()
        quota, stopwatch = LocalQuota({"m": RateLimit(rpm=1)}, clock), Stopwatch(clock)
        retrying = client(Provider(), quota)
        await retrying.complete(REQUEST)
        with suppress(TimeoutError):
            async with asyncio.timeout(5.0):
                await retrying.complete(request_of(stopwatch))
        await asyncio.sleep(3.0)
        return stopwatch.read()

    assert run_virtual(main()) == pytest.approx(3.0)


def test_an_answer_that_came_while_nobody_could_hear_it_counts(run_virtual: RunVirtual) -> None:
    """The loop was held up for longer than the call may take."""
    lost = 0.0

    class Held(Provider):
        async def complete(self, request: Request) -> Completion:
            nonlocal lost
            lost += 300.0
            await asyncio.sleep(301.0)
            return ANSWER

    async def main() -> Completion:
        clock = SteadyClock(lambda now: lost)
        retrying = RetryingClient(Held(), LocalQuota({}, clock), RetryPolicy(timeout_s=20.0), clock)
        return await retrying.complete(REQUEST)

    completion = run_virtual(main())
    assert completion.timing.total_s == pytest.approx(1.0)
    assert not completion.timing.retried
