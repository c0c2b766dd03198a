"""The queues before the models: whoever may send now, in the order in which they came."""

import asyncio
import math
from collections.abc import Awaitable, Callable
from typing import Protocol

from wardian.base.clients import Allowance, RateReport
from wardian.base.clock import Clock
from wardian.base.frozen import Frozen
from wardian.base.messages import Usage
from wardian.models.forecast import Forecast
from wardian.models.leases import LEASE_S, LaneAsk, LaneGrant
from wardian.models.ledger import Ledger, RateLimit

__all__ = ["Admission", "Lane", "LanePlace", "LeasedLane", "LocalLane"]

GLANCE_S = 0.1
"""Whoever waits looks again this often: estimates that were settled meanwhile may have set him free."""
BLOCKED_GLANCE_S = 1.0
HEARD_S = 0.05
"""Headers are listened to so often."""


class LanePlace(Frozen):
    """Where a model's calls queue up: models with the same `lane` share one provider's limit."""

    lane: str
    limit: RateLimit = RateLimit()


class Lane(Protocol):
    """The queue before one model."""

    @property
    def forecast(self) -> Forecast:
        """What calls of this lane use."""
        ...

    async def enter(self, tokens: int) -> int:
        """Wait until a request of about `tokens` may be sent; the answer is what was charged for it."""
        ...

    def settle(self, tokens: int) -> None:
        """Charge `tokens` more than was estimated; negative ones are given back."""
        ...

    def reject(self, seconds: float | None) -> None:
        """The provider answered 429; nobody sends before `seconds` have passed."""
        ...

    def hear(self, report: RateReport) -> None:
        """What a reply says of the limits."""
        ...

    def allowance(self) -> Allowance:
        """What may be sent now."""
        ...


class Admission:
    """One request on its way in, and its permit once it is in. Much cheaper than a generator."""

    __slots__ = ("_charged", "_lane", "_tokens")

    def __init__(self, lane: Lane, tokens: int) -> None:
        self._lane = lane
        self._tokens = tokens
        self._charged = 0

    async def __aenter__(self) -> "Admission":
        """Wait for the permit."""
        self._charged = await self._lane.enter(self._tokens)
        return self

    async def __aexit__(self, *exc: object) -> None:
        """Nothing to give back: an estimate that nobody settled stays charged."""

    def settle(self, usage: Usage) -> None:
        """Replace the estimate of tokens by what was really used."""
        self._lane.forecast.learn(self._tokens, usage.total)
        self._lane.settle(usage.total - self._charged)
        self._charged = usage.total

    def rejected(self, retry_after_s: float | None) -> None:
        """The provider answered 429: that cost a request but no tokens."""
        self.settle(Usage())
        self._lane.reject(retry_after_s)


class LocalLane:
    """A lane whose ledger is in this process; only the head of the queue watches it."""

    def __init__(self, limit: RateLimit, clock: Clock) -> None:
        self.forecast = Forecast()
        self._clock = clock
        self._turn = asyncio.Lock()
        self._ledger = Ledger(limit, clock.monotonic())
        self._heard_at = -math.inf

    async def enter(self, tokens: int) -> int:
        """Wait for the ledger, first come, first served."""
        async with self._turn:
            while (wait := self._ledger.wait(self.forecast.of(tokens), self._clock.monotonic())) > 0:
                await self._clock.sleep(min(wait, GLANCE_S))
            charged = self.forecast.of(tokens)
            self._ledger.take(1, charged, self._clock.monotonic())
            return charged

    def settle(self, tokens: int) -> None:
        """Correct the ledger."""
        self._ledger.take(0, tokens, self._clock.monotonic())

    def reject(self, seconds: float | None) -> None:
        """Use less of the limit, and stop the lane for a while."""
        now = self._clock.monotonic()
        self._ledger.rejected(1, now)
        if seconds is not None:
            self._ledger.block_until(now + seconds)

    def hear(self, report: RateReport) -> None:
        """Correct the ledger by what the provider says."""
        now = self._clock.monotonic()
        if report.exhausted or now - self._heard_at >= HEARD_S:
            self._heard_at = now
            self._ledger.hear(report, (0.0, 0.0), now)

    def allowance(self) -> Allowance:
        """What the ledger says."""
        return self._ledger.allowance(self._clock.monotonic())


class LeasedLane:
    """A lane that spends leases. `renew` brings a new one, unless one came after the given number of renewals."""

    def __init__(self, place: LanePlace, renew: "Callable[[LeasedLane, int], Awaitable[None]]", clock: Clock) -> None:
        self.renewals = 0
        self.forecast = Forecast()
        self._limit = place.limit
        self._renew = renew
        self._clock = clock
        self._turn = asyncio.Lock()
        self._lease = LaneGrant(lane=place.lane)
        self._expires_at = -math.inf
        self._blocked_until = -math.inf
        self._unreported_block = False
        self._used_requests = 0
        self._used_tokens = 0
        self._rejected = 0
        self._report: RateReport | None = None
        self._heard_at = 0.0
        self._waiting: list[int] = []

    @property
    def ageing(self) -> bool:
        """Whether the lease is in use and past the half of its life."""
        return self._used_requests > 0 and self._clock.monotonic() >= self._expires_at - LEASE_S / 2

    async def enter(self, tokens: int) -> int:
        """Spend the lease, first come, first served; get a new one when it is used up or too old."""
        self._waiting.append(tokens)
        try:
            async with self._turn:
                while not self._covers(self.forecast.of(tokens), self._clock.monotonic()):
                    await self._wait()
                charged = self.forecast.of(tokens)
                self._used_requests += 1
                self._used_tokens += charged
                return charged
        finally:
            self._waiting.remove(tokens)

    def settle(self, tokens: int) -> None:
        """Correct what the next ask will report; what was estimated too high can be spent here at once."""
        self._used_tokens += tokens

    def reject(self, seconds: float | None) -> None:
        """Stop the lane for a while, and tell the lender at the next exchange."""
        self._rejected += 1
        if seconds is not None:
            self._blocked_until = max(self._blocked_until, self._clock.monotonic() + seconds)
            self._unreported_block = True

    def hear(self, report: RateReport) -> None:
        """Tell the lender at the next exchange; that nothing is left is the more important news."""
        if self._report is None or report.exhausted or not self._report.exhausted:
            self._report, self._heard_at = report, self._clock.monotonic()

    def allowance(self) -> Allowance:
        """The configured limit, and what is left of the lease."""
        now = self._clock.monotonic()
        valid, lease = now < self._expires_at, self._lease
        return Allowance(
            rpm=self._limit.rpm,
            tpm=self._limit.tpm,
            requests=lease.requests and max(lease.requests - self._used_requests, 0) * valid,
            tokens=lease.tokens and max(lease.tokens - self._used_tokens, 0) * valid,
            blocked_s=max(self._blocked_until - now, 0.0),
        )

    def report(self) -> LaneAsk:
        """What was used and heard since the last exchange, without asking for more."""
        now = self._clock.monotonic()
        heard = self._report
        return LaneAsk(
            lane=self._lease.lane,
            limit=self._limit,
            used_requests=self._used_requests,
            used_tokens=self._used_tokens,
            rejected=self._rejected,
            blocked_s=max(self._blocked_until - now, 0.0) if self._unreported_block else 0.0,
            report=heard and heard.model_copy(update={"age_s": heard.age_s + now - self._heard_at}),
        )

    def ask(self) -> LaneAsk:
        """The report, and a wish: what waits, and as much again as was used lately."""
        waiting = self._waiting
        wish = {
            "requests": len(waiting) + self._used_requests,
            "tokens": self.forecast.of(sum(waiting)) + max(self._used_tokens, 0),
            "next_tokens": self.forecast.of(waiting[0]) if waiting else 0,
        }
        return self.report().model_copy(update=wish)

    def renewed(self, asked: LaneAsk, lease: LaneGrant, asked_at: float) -> None:
        """Hold `lease` from now on; what was used while the answer was on its way counts against it."""
        self.renewals += 1
        self._used_requests -= asked.used_requests
        self._used_tokens -= asked.used_tokens
        self._rejected -= asked.rejected
        self._report = None
        self._lease = lease
        self._expires_at = asked_at + LEASE_S
        if asked.blocked_s > 0:
            self._unreported_block = False
        if lease.blocked_s > 0:
            self._blocked_until = max(self._blocked_until, asked_at + lease.blocked_s)

    async def _wait(self) -> None:
        blocked = self._blocked_until - self._clock.monotonic()
        if blocked > 0 and not self._unreported_block:
            await self._clock.sleep(min(blocked, BLOCKED_GLANCE_S))
        else:
            await self._renew(self, self.renewals)

    def _covers(self, tokens: int, now: float) -> bool:
        if now >= self._expires_at or now < self._blocked_until:
            return False
        requests, lent = self._lease.requests, self._lease.tokens
        return (requests is None or requests > self._used_requests) and (
            lent is None or lent - self._used_tokens >= tokens
        )
