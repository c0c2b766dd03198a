"""The lines before the models: whoever may send now, what began first before the rest."""

import math
from typing import Protocol

from wardian.base.clients import Allowance, RateReport, Standing
from wardian.base.clock import Clock
from wardian.base.frozen import Frozen
from wardian.base.usage import Usage
from wardian.models.forecast import Forecast
from wardian.models.ledger import Ledger, RateLimit
from wardian.models.waiting_line import WaitingLine

__all__ = ["Admission", "Lane", "LanePlace", "LocalLane"]

GLANCE_S = 0.1
"""Whoever waits looks again this often: estimates that were settled meanwhile may have set him free …"""
TICK_S = 0.005
"""… and no more often than this, so that at high rates one look lets several through."""
HEARD_S = 0.05
"""Headers are listened to so often."""


class LanePlace(Frozen):
    """Where a model's calls queue up: models with the same `lane` share one provider's limit."""

    lane: str
    limit: RateLimit = RateLimit()


class Lane(Protocol):
    """The line before one model."""

    @property
    def forecast(self) -> Forecast:
        """What calls of this lane use."""
        ...

    async def enter(self, tokens: int, standing: Standing | None = None) -> int:
        """Wait until a request of about `tokens` may be sent; the answer is what was charged for it.

        Raises:
            Refusal: kind "rate_limited", when that takes longer than `standing` allows.
        """
        ...

    def free(self, tokens: int) -> bool:
        """Whether such a request would go at once."""
        ...

    def tighten(self, limit: RateLimit) -> None:
        """Somebody else who shares the lane says that `limit` holds."""
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

    __slots__ = ("_charged", "_lane", "_standing", "_tokens")

    def __init__(self, lane: Lane, tokens: int, standing: Standing | None = None) -> None:
        self._lane = lane
        self._tokens = tokens
        self._standing = standing
        self._charged = 0

    async def __aenter__(self) -> "Admission":
        """Wait for the permit."""
        self._charged = await self._lane.enter(self._tokens, self._standing)
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
    """A lane whose ledger is in this process."""

    def __init__(self, limit: RateLimit, clock: Clock) -> None:
        self.forecast = Forecast()
        self._clock = clock
        self._limit = limit
        self._ledger = Ledger(limit, clock.monotonic())
        self._heard_at = -math.inf
        self._line = WaitingLine(self)

    async def enter(self, tokens: int, standing: Standing | None = None) -> int:
        """Wait for the ledger."""
        return await self._line.enter(tokens, standing or Standing(self._clock.monotonic()))

    def free(self, tokens: int) -> bool:
        """Whether the ledger has enough, and nobody waits."""
        return not len(self._line) and self._wait(tokens) <= 0

    def charge(self, tokens: int) -> int | None:
        """Take it from the ledger, if that has enough."""
        if self._wait(tokens) > 0:
            return None
        charged = self.forecast.of(tokens)
        self._ledger.take(1, charged, self._clock.monotonic())
        return charged

    def refund(self, charged: int) -> None:
        """Give it back to the ledger."""
        self._ledger.take(-1, -charged, self._clock.monotonic())

    async def change(self, tokens: int) -> None:
        """Sleep until the ledger should have enough."""
        await self._clock.sleep(min(max(self._wait(tokens), TICK_S), GLANCE_S))

    @property
    def blocked_s(self) -> float:
        """Seconds until the provider wants to hear from us again."""
        return self._ledger.blocked_for(self._clock.monotonic())

    def tighten(self, limit: RateLimit) -> None:
        """The tighter of two limits holds."""
        self._limit = self._limit.within(limit)
        self._ledger.limit_to(self._limit, self._clock.monotonic())

    def settle(self, tokens: int) -> None:
        """Correct the ledger."""
        self._ledger.take(0, tokens, self._clock.monotonic())

    def reject(self, seconds: float | None) -> None:
        """Use less of the limit, and stop the lane for a while."""
        now = self._clock.monotonic()
        self._ledger.rejected(1, now)
        if seconds is not None:
            self._ledger.block_until(now + seconds)
            self._line.blocked()

    def hear(self, report: RateReport) -> None:
        """Correct the ledger by what the provider says."""
        now = self._clock.monotonic()
        if report.exhausted or now - self._heard_at >= HEARD_S:
            self._heard_at = now
            self._ledger.hear(report, (0.0, 0.0), now)

    def allowance(self) -> Allowance:
        """What the ledger says."""
        return self._ledger.allowance(self._clock.monotonic())

    def _wait(self, tokens: int) -> float:
        return self._ledger.wait(self.forecast.of(tokens), self._clock.monotonic())
