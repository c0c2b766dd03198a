"""The breaker: who asks a provider that is not well, and when."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import httpx
import pytest

from wardian.base.clock import SystemClock
from wardian.base.completion import Completion
from wardian.base.errors import ModelError
from wardian.base.messages import Message, Request
from wardian.base.usage import Usage
from wardian.models.breaker import FAULTS_IN_A_ROW, PATIENCE_S, Breaker
from wardian.models.ledger import RateLimit
from wardian.models.pool import ModelPool, PoolSpec
from wardian.models.quota import LocalQuota
from wardian.models.refusal import Refusal
from wardian.models.retry import RetryingClient, RetryPolicy
from wardian.models.wire import HttpxWire
from wardian.specs.models import ModelSpec

RunVirtual = Callable[[Coroutine[Any, Any, Any]], Any]
ANSWER = Completion(message=Message(role="assistant", content="ok"), finish="stop", model="m", usage=Usage())
REQUEST = Request(model="m", messages=(Message(role="user", content="hi"),))
ONCE = RetryPolicy(timeout_s=120.0, max_retries=0)


class Provider:
    """Fails with `error` until `well_at`, then answers; notes when it was asked."""

    name = "m"

    def __init__(self, error: ModelError, *, well_at: float = 1e9, latency_s: float = 0.1) -> None:
        self._error = error
        self._well_at = well_at
        self._latency_s = latency_s
        self.asked: list[float] = []

    async def complete(self, request: Request) -> Completion:
        now = asyncio.get_running_loop().time()
        self.asked.append(now)
        await asyncio.sleep(self._latency_s)
        if now < self._well_at:
            raise self._error
        return ANSWER


class Crowd:
    """Calls through one breaker, and what became of them."""

    def __init__(self, provider: Provider, *, policy: RetryPolicy = ONCE, rpm: int | None = None) -> None:
        clock = SystemClock()
        self.kinds: list[str] = []
        quota = LocalQuota({"m": RateLimit(rpm=rpm)}, clock)
        self._client = RetryingClient(provider, quota, policy, clock)

    async def call(self) -> None:
        try:
            await self._client.complete(REQUEST)
        except ModelError as error:
            self.kinds.append(error.kind)
        else:
            self.kinds.append("answer")

    async def calls(self, count: int, every_s: float = 0.0) -> float:
        """Begin `count` calls, one every so many seconds; returns the time when all have ended."""
        async with asyncio.TaskGroup() as group:
            for _ in range(count):
                group.create_task(self.call())
                await asyncio.sleep(every_s)
        return asyncio.get_running_loop().time()


@pytest.mark.parametrize(
    ("kind", "most"), [("quota_exhausted", 1), ("auth", 2), ("not_found", 5), ("bad_request", 10), ("too_large", 10)]
)
def test_what_no_waiting_mends_is_asked_a_few_times_only(run_virtual: RunVirtual, kind: str, most: int) -> None:
    provider = Provider(Refusal(kind, "no"))
    crowd = Crowd(provider)
    run_virtual(crowd.calls(100, every_s=1.0))
    assert len(provider.asked) == most
    assert crowd.kinds == [kind] * 100


def test_ten_thousand_who_queue_are_let_go_at_once(run_virtual: RunVirtual) -> None:
    provider = Provider(Refusal("quota_exhausted", "pay first"), latency_s=1.0)
    crowd = Crowd(provider, rpm=600)
    ended = run_virtual(crowd.calls(10_000))
    assert len(provider.asked) <= 71  # the burst of six seconds, and the second that the first answer takes
    assert ended <= 2.0
    assert crowd.kinds == ["quota_exhausted"] * 10_000


@pytest.mark.parametrize("kind", ["context_overflow", "unparsable_output", "out_of_files"])
def test_a_request_s_own_fault_does_not_count(run_virtual: RunVirtual, kind: str) -> None:
    provider = Provider(Refusal(kind, "no"))
    run_virtual(Crowd(provider).calls(100, every_s=1.0))
    assert len(provider.asked) == 100


def test_after_an_answer_a_bad_request_is_its_own_fault(run_virtual: RunVirtual) -> None:
    async def main() -> None:
        breaker = Breaker(SystemClock())
        breaker.answered()
        for _ in range(1_000):
            breaker.failed(Refusal("bad_request", "no"))
        await breaker.closed(0.0)

    run_virtual(main())


def test_an_outage_is_probed_and_its_end_found(run_virtual: RunVirtual) -> None:
    provider = Provider(Refusal("server_error", "down"), well_at=40.0)
    crowd = Crowd(provider, policy=RetryPolicy(timeout_s=120.0, max_retries=20))
    ended = run_virtual(crowd.calls(200))
    failing = [at for at in provider.asked if at < 40.0]
    assert len(failing) <= 200 + 10
    assert ended <= 40.0 + 40.0
    assert crowd.kinds.count("answer") >= 20


def test_probes_come_one_at_a_time_with_growing_pauses(run_virtual: RunVirtual) -> None:
    async def main() -> list[float]:
        clock = SystemClock()
        breaker = Breaker(clock)
        for _ in range(FAULTS_IN_A_ROW):
            breaker.failed(Refusal("connection", "reset"))
        probes: list[float] = []

        async def call() -> None:
            while clock.monotonic() < 100.0:
                await breaker.closed(1e9)
                probes.append(clock.monotonic())
                await asyncio.sleep(0.5)
                breaker.failed(Refusal("connection", "reset"))

        async with asyncio.TaskGroup() as group:
            for _ in range(50):
                group.create_task(call())
            await asyncio.sleep(100.0)
            breaker.answered()
        return probes

    probes = [at for at in run_virtual(main()) if at < 100.0]
    assert probes == pytest.approx([1.0, 3.5, 8.0, 16.5, 33.0, 65.5], abs=0.1)


def test_a_call_waits_no_longer_than_its_deadline(run_virtual: RunVirtual) -> None:
    async def main() -> tuple[str, float]:
        breaker = Breaker(SystemClock())
        for _ in range(FAULTS_IN_A_ROW):
            breaker.failed(Refusal("overloaded", "busy"))
        with pytest.raises(Refusal) as caught:
            await breaker.closed(0.5)
        assert "busy" in str(caught.value)
        return caught.value.kind, asyncio.get_running_loop().time()

    assert run_virtual(main()) == ("overloaded", 0.5)


def test_a_probe_of_which_nothing_is_heard_is_followed_by_another(run_virtual: RunVirtual) -> None:
    async def main() -> float:
        breaker = Breaker(SystemClock())
        for _ in range(FAULTS_IN_A_ROW):
            breaker.failed(Refusal("overloaded", "busy"))
        await breaker.closed(10.0)
        await breaker.closed(100.0)
        return asyncio.get_running_loop().time()

    assert run_virtual(main()) == pytest.approx(61.0)


def test_patience_with_an_outage_ends(run_virtual: RunVirtual) -> None:
    provider = Provider(Refusal("connection", "refused"))
    crowd = Crowd(provider)
    run_virtual(crowd.calls(3_000, every_s=0.5))
    assert max(provider.asked) <= PATIENCE_S + 120.0
    assert len(provider.asked) <= FAULTS_IN_A_ROW + 12
    assert crowd.kinds == ["connection"] * 3_000


def test_successes_in_between_keep_it_closed(run_virtual: RunVirtual) -> None:
    async def main() -> None:
        breaker = Breaker(SystemClock())
        for number in range(1_000):
            breaker.failed(Refusal("server_error", "oops"))
            if number % 10 == 0:
                breaker.answered()
        await breaker.closed(0.0)

    run_virtual(main())


def test_a_cancelled_wait_leaves_nothing_behind(run_virtual: RunVirtual) -> None:
    async def main() -> int:
        breaker = Breaker(SystemClock())

        async def wait() -> None:
            async with breaker.entry():
                await asyncio.sleep(1e9)

        with pytest.raises(TimeoutError):
            await asyncio.wait_for(wait(), 1.0)
        return len(breaker.entries)

    assert run_virtual(main()) == 0


def lasting(breaker: Breaker, *errors: ModelError) -> list[bool]:
    """Which of the failures, in this order, ends all further calls."""
    return [breaker.failed(error) for error in errors]


def test_who_ends_the_breaker_learns_it(run_virtual: RunVirtual) -> None:
    async def main() -> None:
        assert lasting(Breaker(SystemClock()), Refusal("quota_exhausted", "pay")) == [True]
        assert lasting(Breaker(SystemClock()), *[Refusal("not_found", "?")] * 5) == [False] * 4 + [True]
        assert not any(lasting(Breaker(SystemClock()), *[Refusal("server_error", "oops")] * 100))
        assert lasting(lost := Breaker(SystemClock()), Refusal("quota_exhausted", "pay"))
        assert lasting(lost, Refusal("context_overflow", "too long", cause="agent")) == [False]
        assert lost.refusal().lasting

    run_virtual(main())


def test_a_key_that_was_good_is_probed_once_more(run_virtual: RunVirtual) -> None:
    """A 403 may be about one prompt, a 401 is about the key."""

    async def main() -> None:
        for status, most in ((401, 2), (403, 10)):
            breaker = Breaker(SystemClock())
            breaker.answered()
            refused = [Refusal("auth", "no", status=status)] * 10
            assert lasting(breaker, *refused).index(True) == most - 1

    run_virtual(main())


def test_an_outage_ends_the_run_when_the_probes_gave_up(run_virtual: RunVirtual) -> None:
    async def main() -> float:
        breaker = Breaker(SystemClock())
        for seconds in range(0, 3_600, 10):
            if breaker.failed(Refusal("connection", "refused")):
                return float(seconds)
            await asyncio.sleep(10.0)
        return 3_600.0

    assert PATIENCE_S <= run_virtual(main()) <= PATIENCE_S + FAULTS_IN_A_ROW * 10.0


async def test_two_names_of_one_model_share_it() -> None:
    asked: list[str] = []

    def refuse(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(402)

    same = ModelSpec(base_url="http://host/v1", model="vendor/m")
    spec = PoolSpec.of({"a": same, "b": same, "other": ModelSpec(base_url="http://host/v1")}, {})
    clock = SystemClock()
    quota = LocalQuota(spec.limits, clock)
    async with ModelPool.open(spec, lambda _: "key", quota, clock, HttpxWire(httpx.MockTransport(refuse))) as pool:
        for name in ("a", "b", "other"):
            with pytest.raises(ModelError):
                await pool.client(name).complete(REQUEST)
    assert len(asked) == 2


def test_an_answer_to_what_was_sent_before_the_failure_proves_nothing(run_virtual: RunVirtual) -> None:
    async def run() -> bool:
        clock = SystemClock()
        breaker = Breaker(clock)
        breaker.answered(clock.monotonic())
        sent_at = clock.monotonic()
        await clock.sleep(1.0)
        breaker.failed(Refusal("auth", "no", status=401))
        breaker.answered(sent_at)
        return breaker.failed(Refusal("auth", "no", status=401))

    assert run_virtual(run())
