"""The line before a model whose limits several workers share: it spends leases."""

import math
from collections.abc import Awaitable, Callable
from typing import Final

from wardian.base.clients import Allowance, RateReport, Standing
from wardian.base.clock import Clock
from wardian.models.forecast import Forecast
from wardian.models.lanes import LanePlace
from wardian.models.leases import LEASE_S, LaneAsk, LaneGrant
from wardian.models.ledger import RateLimit
from wardian.models.waiting_line import WaitingLine

__all__ = ["LeasedLane"]

BLOCKED_GLANCE_S: Final = 1.0
"""A lane that the provider blocked looks again this often."""


class LeasedLane:
    """A lane that spends leases. `renew` brings a new one, unless one came after the given number of renewals."""

    def __init__(self, place: LanePlace, renew: "Callable[[LeasedLane, int], Awaitable[None]]", clock: Clock) -> None:
        self.renewals = 0
        self.forecast = Forecast()
        self._limit = place.limit
        self._renew = renew
        self._clock = clock
        self._lease = LaneGrant(lane=place.lane)
        self._expires_at = -math.inf
        self._blocked_until = -math.inf
        self._unreported_block = False
        self._used_requests = 0
        self._used_tokens = 0
        self._rejected = 0
        self._report: RateReport | None = None
        self._heard_at = 0.0
        self._line = WaitingLine(self)

    @property
    def ageing(self) -> bool:
        """Whether the lease is in use and past the half of its life."""
        return self._used_requests > 0 and self._clock.monotonic() >= self._expires_at - LEASE_S / 2

    async def enter(self, tokens: int, standing: Standing | None = None) -> int:
        """Spend the lease; whoever is first gets a new one when it is used up or too old."""
        return await self._line.enter(tokens, standing or Standing(self._clock.monotonic()))

    def free(self, tokens: int) -> bool:
        """Whether the lease covers it, and nobody waits."""
        return not len(self._line) and self._covers(self.forecast.of(tokens), self._clock.monotonic())

    def charge(self, tokens: int) -> int | None:
        """Spend a part of the lease, if it covers that."""
        charged = self.forecast.of(tokens)
        if not self._covers(charged, self._clock.monotonic()):
            return None
        self._used_requests += 1
        self._used_tokens += charged
        return charged

    def refund(self, charged: int) -> None:
        """It can be spent on another request."""
        self._used_requests -= 1
        self._used_tokens -= charged

    async def change(self, tokens: int) -> None:
        """Get a new lease, unless that is no use yet."""
        blocked_s = self.blocked_s
        if blocked_s > 0 and not self._unreported_block:
            await self._clock.sleep(min(blocked_s, BLOCKED_GLANCE_S))
        else:
            await self._renew(self, self.renewals)

    @property
    def blocked_s(self) -> float:
        """Seconds until the provider wants to hear from us again."""
        return max(self._blocked_until - self._clock.monotonic(), 0.0)

    def tighten(self, limit: RateLimit) -> None:
        """The tighter of two limits holds, from the next lease on."""
        self._limit = self._limit.within(limit)

    def settle(self, tokens: int) -> None:
        """Correct what the next ask will report; what was estimated too high can be spent here at once."""
        self._used_tokens += tokens

    def reject(self, seconds: float | None) -> None:
        """Stop the lane for a while, and tell the lender at the next exchange."""
        self._rejected += 1
        if seconds is not None:
            self._blocked_until = max(self._blocked_until, self._clock.monotonic() + seconds)
            self._unreported_block = True
            self._line.blocked()

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
            blocked_s=self.blocked_s,
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
            blocked_s=self.blocked_s if self._unreported_block else 0.0,
            report=heard and heard.model_copy(update={"age_s": heard.age_s + now - self._heard_at}),
        )

    def ask(self) -> LaneAsk:
        """The report, and a wish: what waits, and as much again as was used lately."""
        line = self._line
        wish = {
            "requests": len(line) + self._used_requests,
            "tokens": self.forecast.of(line.tokens) + max(self._used_tokens, 0),
            "next_tokens": self.forecast.of(line.next_tokens),
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
            self._line.blocked()

    def _covers(self, tokens: int, now: float) -> bool:
        if now >= self._expires_at or now < self._blocked_until:
            return False
        requests, lent = self._lease.requests, self._lease.tokens
        return (requests is None or requests > self._used_requests) and (
            lent is None or lent - self._used_tokens >= tokens
        )
