"""The one retry layer: no other part of Wardian asks a provider twice."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Final

from pydantic import NonNegativeInt, PositiveFloat

from wardian.base.clients import ModelClient, Permit, Quota, Standing
from wardian.base.clock import Clock
from wardian.base.completion import Completion
from wardian.base.deadline import Deadline
from wardian.base.errors import ModelError
from wardian.base.frozen import Frozen
from wardian.base.identity import random_stream
from wardian.base.messages import Request
from wardian.base.usage import Retry
from wardian.models.breaker import Breaker
from wardian.models.budgets.spending import Pay, free
from wardian.models.call import Call
from wardian.models.encoding import estimate_tokens
from wardian.models.gauges import LaneMeter
from wardian.models.refusal import RETRIED, Refusal
from wardian.models.retry_budget import RetryBudget

__all__ = ["Guards", "RetryPolicy", "RetryingClient"]

MOST_REPEATED: Final = {"oversized": 1}
"""Eight megabytes for nothing are not paid for often."""
LITTLE_PATIENCE_S: Final = 10.0
"""With 429s, and with a provider that wants no requests, as long as another place could answer."""


class RetryPolicy(Frozen):
    """How long and how often to ask.

    Args:
        timeout_s: wall-clock limit of one call, attempts and pauses together; waiting for rate limits does not count.
        max_retries: attempts after the first one. A 429 does not use them up, but 0 forbids that retry too.
        first_pause_s: upper end of the first random pause; it doubles each time.
        longest_pause_s: where the doubling ends.
        patience_s: how long one call puts up with 429s, and the longest Retry-After that is obeyed.
    """

    timeout_s: PositiveFloat = 120.0
    max_retries: NonNegativeInt = 5
    first_pause_s: PositiveFloat = 0.5
    longest_pause_s: PositiveFloat = 30.0
    patience_s: PositiveFloat = 600.0


@dataclass(frozen=True, slots=True)
class Guards:
    """What stands before the requests to a model.

    Args:
        breaker: comes before the quota; clients of the same provider's model with the same key share one, …
        meter: … and one of these, which counts.
        pay: the budgets; they come last, so that nothing is reserved for a call that waits for something else.
    """

    breaker: Breaker
    meter: LaneMeter
    pay: Pay = free


class RetryingClient:
    """Asks `inner` under the provider's rate limits, again when that can help, and never beyond the deadline.

    Repeated are 429, 408, 5xx, lost connections and broken replies (`refusal.RETRIED`), after a pause drawn
    from [0, 0.5 s * 2^n] or as long as the provider says; what a repetition cannot mend is raised at once.

    Args:
        inner: what asks once.
        quota: admission to the provider's rate limits.
        policy: how long and how often.
        clock: the time of pauses.
        guards: the breaker, the meter and the budgets before it; by default ones of its own, and no budgets.
    """

    def __init__(
        self,
        inner: ModelClient,
        quota: Quota,
        policy: RetryPolicy,
        clock: Clock,
        guards: Guards | None = None,
    ) -> None:
        self.name = inner.name
        self._inner = inner
        self._quota = quota
        self._policy = policy
        self._clock = clock
        guards = guards or Guards(Breaker(clock), LaneMeter())
        self._breaker = guards.breaker
        self._meter = guards.meter
        self._pay = guards.pay
        self._budget = RetryBudget()

    async def complete(self, request: Request) -> Completion:
        """The first usable answer.

        Raises:
            ModelError: the last attempt's error, or kind "timeout" at the deadline.
        """
        return await self.answer(request, Call.begun(self._clock.monotonic(), request.origin))

    async def answer(self, request: Request, call: Call) -> Completion:
        """`complete` as a part of a call that may go on elsewhere.

        Raises:
            ModelError: as `complete` does, but as soon as `call` had better go on elsewhere.
        """
        self._budget.called()
        self._meter.calls.add(call)
        try:
            return await self._answer(request, call)
        except ModelError as error:
            error.retried = tuple(call.retried)
            raise
        finally:
            if call.queueing_since is not None:  # cancelled there
                call.out_of_line(self._clock.monotonic())
            self._meter.calls.discard(call)

    @property
    def out(self) -> bool:
        """Whether the place is not asked now: calls would have to wait until it is well, or for ever."""
        return self._breaker.out

    @property
    def lost(self) -> bool:
        """Whether the place is not asked again."""
        return self._breaker.lost

    def free(self, request: Request) -> bool:
        """Whether `request` would be sent at once."""
        return self._breaker.state == "closed" and self._quota.free(self.name, tokens=estimate_tokens(request))

    async def _answer(self, request: Request, call: Call) -> Completion:
        while True:
            try:
                completion = await self._attempt(request, call)
            except ModelError as error:
                await self._pause(error, request, call)
            else:
                return completion.model_copy(update={"timing": call.timing(self._clock.monotonic())})

    async def _attempt(self, request: Request, call: Call) -> Completion:
        await self._breaker.closed(0.0 if call.replaceable else self._left(call))
        now = self._clock.monotonic()
        call.into_line(now)
        async with (
            self._breaker.entry(hasty=call.replaceable) as entry,
            self._quota.admit(
                self.name, tokens=estimate_tokens(request), standing=_standing(request, call, now)
            ) as permit,
        ):
            entry.admitted()
            async with self._pay(request) as attempt:
                completion = await self._send(request, call, permit)
                attempt.answered(completion)
                return completion

    async def _send(self, request: Request, call: Call, permit: Permit) -> Completion:
        self._meter.requests += 1
        call.waiting_since = None
        call.sent_at = sent_at = self._clock.monotonic()
        call.out_of_line(sent_at)
        try:
            async with Deadline(self._clock.monotonic, self._left(call)) as deadline:
                completion = await self._inner.complete(request)
            if deadline.expired:
                limit = min(self._policy.timeout_s, call.limit_s)
                raise Refusal("timeout", f"'{self.name}' gave no answer within {limit:.4g} s (timeout_s)")
        except ModelError as error:
            self._failed(error, permit)
            raise
        self._breaker.answered(sent_at)
        self._meter.tokens += completion.usage.total
        permit.settle(completion.usage)
        return completion

    def _failed(self, error: ModelError, permit: Permit) -> None:
        error.lasting |= self._breaker.failed(error)
        if error.kind == "rate_limited":
            self._meter.rate_limited += 1
            permit.rejected(error.retry_after_s if isinstance(error, Refusal) else None)
        else:
            self._meter.failed += 1

    async def _pause(self, error: ModelError, request: Request, call: Call) -> None:
        """Wait as long as `error` demands; raise it when asking again is no use."""
        limited = error.kind == "rate_limited"
        wait = error.retry_after_s if isinstance(error, Refusal) else None
        call.waiting_since = now = self._clock.monotonic()
        call.sent_at = None
        call.out_of_line(now)
        call.limited_since = call.limited_since or (now if limited else None)
        if not self._may_repeat(error, wait, call):
            raise self._final(error)
        call.faults += not limited
        pause = self._jitter(request, call).uniform(0.0, self._ceiling(call)) if wait is None or not limited else 0.0
        if wait is not None and not limited:
            pause = max(pause, wait)
        if not limited and pause >= self._left(call):
            raise error
        self._meter.retries += 1
        call.retried.append(Retry(kind=error.kind, at_s=now - call.started, pause_s=pause))
        if limited:
            call.into_line(now)
        await self._clock.sleep(pause)
        call.out_of_line(self._clock.monotonic())

    def _may_repeat(self, error: ModelError, wait: float | None, call: Call) -> bool:
        policy = self._policy
        if error.kind not in RETRIED or policy.max_retries == 0 or self._left(call) <= 0:
            return False
        if error.kind != "rate_limited":
            most = min(policy.max_retries, MOST_REPEATED.get(error.kind, policy.max_retries))
            return call.faults < most and not self._breaker.lost and self._budget.take()
        patience_s = LITTLE_PATIENCE_S if call.replaceable else policy.patience_s
        patient = self._clock.monotonic() - (call.limited_since or 0.0) < patience_s
        return patient and (wait or 0.0) <= patience_s

    def _final(self, error: ModelError) -> ModelError:
        """The error that ends the call; one that would end all others as well says at which model."""
        text, asked_s = str(error), error.retry_after_s if isinstance(error, Refusal) else None
        if error.kind == "rate_limited" and isinstance(error, Refusal):
            wait = asked_s or 0.0
            error.lasting |= wait > self._policy.patience_s
            text = f"not before {_date(self._clock.now() + wait)}: {text}"
        if not error.lasting:
            return error
        text = f"'{self.name}': {text}"
        return Refusal(error.kind, text, cause=error.cause, status=error.status, retry_after_s=asked_s, lasting=True)

    def _ceiling(self, call: Call) -> float:
        policy = self._policy
        return float(min(policy.longest_pause_s, policy.first_pause_s * 2 ** min(len(call.retried), 30)))

    def _jitter(self, request: Request, call: Call) -> Random:
        origin = request.origin
        who = (origin.episode, origin.path) if origin else (str(len(request.messages)), "")
        return random_stream("retry", self.name, *who, len(call.retried) + 1)

    def _left(self, call: Call) -> float:
        return min(self._policy.timeout_s, call.limit_s) - call.spent(self._clock.monotonic())


def _standing(request: Request, call: Call, now: float) -> Standing:
    since = None if request.origin is None else request.origin.since
    return Standing(now if since is None else since, LITTLE_PATIENCE_S if call.replaceable else math.inf)


def _date(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M} UTC"
