"""The arithmetic of a provider's rate limits, on a clock that the caller brings."""

import math

from pydantic import PositiveInt

from wardian.base.clients import Allowance, RateReport
from wardian.base.frozen import Frozen
from wardian.models.bucket import Bucket, Tally
from wardian.models.pace import Pace

__all__ = ["Ledger", "RateLimit"]

MINUTE = 60.0
METER_S = 5.0
"""What the provider took is measured over so long a time."""
EXPLAINED_S = 1.0
"""Headers explain the 429s of so long a time."""


class RateLimit(Frozen):
    """Requests and tokens per minute; None means no limit that anybody knows of."""

    rpm: PositiveInt | None = None
    tpm: PositiveInt | None = None

    def within(self, other: "RateLimit") -> "RateLimit":
        """The tighter of two limits."""
        return RateLimit(rpm=_least(self.rpm, other.rpm), tpm=_least(self.tpm, other.tpm))


class Ledger:
    """Requests and tokens per minute of one lane (a model under one key), as two token buckets.

    The configured limit is corrected by what the provider's headers say, lowered when it answers 429 all the same, and
    found out by 429s when nobody knows it.
    """

    def __init__(self, limit: RateLimit, now: float, *, full: bool = True) -> None:
        self.requests = Bucket(_rate(limit.rpm), now, full=full)
        self.tokens = Bucket(_rate(limit.tpm), now, full=full)
        self._limit = limit
        self._told = RateLimit()
        self._found: float | None = None
        self._pace = Pace()
        self._refused = Tally()
        self._explained_at = -math.inf
        self._blocked_until = -math.inf

    def wait(self, tokens: int, now: float) -> float:
        """Seconds until one request of `tokens` may be sent; 0 when it may now."""
        self.refill(now)
        return max(self._blocked_until - now, self.requests.wait(1.0), self.tokens.wait(tokens), 0.0)

    def take(self, requests: float, tokens: float, now: float) -> None:
        """Charge what is sent; negative amounts are given back."""
        self.refill(now)
        self.requests.take(requests, now)
        self.tokens.take(tokens, now)

    def refill(self, now: float) -> None:
        """Let time pass."""
        if not self._pace.steady:
            self._adjust(now)
        self.requests.refill(now)
        self.tokens.refill(now)

    def limit_to(self, limit: RateLimit, now: float) -> None:
        """The configured limit is another one from now on."""
        if limit != self._limit:
            self._limit = limit
            self._adjust(now)

    def hear(self, report: RateReport, lent: tuple[float, float], now: float) -> None:
        """What a reply's headers say; `lent` requests and tokens are charged here but not sent yet."""
        told = RateLimit(rpm=report.limit_requests or self._told.rpm, tpm=report.limit_tokens or self._told.tpm)
        if told != self._told:
            self._told = told
            self._adjust(now)
        if report.exhausted:
            self._explained_at = now
        if report.remaining_requests is not None:
            self.requests.believe(report.remaining_requests, report.age_s, lent[0], now)
        if report.remaining_tokens is not None:
            self.tokens.believe(report.remaining_tokens, report.age_s, lent[1], now)

    def rejected(self, number: int, now: float) -> None:
        """The provider answered 429 so many times. Use less, unless its headers show that the limit itself is right."""
        self._refused.add(number, now)
        self.requests.forget_burst()
        self.tokens.forget_burst()
        if now - self._explained_at < EXPLAINED_S:
            return
        accepted = max(self.requests.charged.since(now - METER_S) - self._refused.since(now - METER_S), 1.0) / METER_S
        if self._base == (math.inf, math.inf):
            self._found, self._pace = accepted, Pace(bounded=False)
        self._pace.rejected(self._part(accepted), now)
        self._adjust(now)

    def block_until(self, moment: float) -> None:
        """Nothing leaves before `moment`: the provider said so."""
        self._blocked_until = max(self._blocked_until, moment)

    def blocked_for(self, now: float) -> float:
        """Seconds until the provider wants to hear from us again."""
        return max(self._blocked_until - now, 0.0)

    def allowance(self, now: float) -> Allowance:
        """The limits in force, and what may leave now."""
        self.refill(now)
        return Allowance(
            rpm=_per_minute(self.requests),
            tpm=_per_minute(self.tokens),
            requests=_whole(self.requests),
            tokens=_whole(self.tokens),
            blocked_s=self.blocked_for(now),
        )

    @property
    def _base(self) -> tuple[float, float]:
        """Requests and tokens a second, as far as anybody knows."""
        limit = self._limit.within(self._told)
        if self._found is not None and limit == RateLimit():
            return self._found, math.inf
        return _rate(limit.rpm), _rate(limit.tpm)

    def _part(self, accepted: float) -> float:
        """Accepted requests a second, as a part of the limit on requests."""
        rate = self._base[0]
        return 1.0 if rate == math.inf else accepted / rate

    def _adjust(self, now: float) -> None:
        factor = self._pace.factor(now)
        requests, tokens = self._base
        self.requests.change_rate(requests * factor, now)
        self.tokens.change_rate(tokens * factor, now)


def _rate(per_minute: int | None) -> float:
    return math.inf if per_minute is None else per_minute / MINUTE


def _per_minute(bucket: Bucket) -> float | None:
    return None if bucket.rate == math.inf else bucket.rate * MINUTE


def _whole(bucket: Bucket) -> int | None:
    return None if bucket.rate == math.inf else max(int(bucket.level), 0)


def _least(one: int | None, other: int | None) -> int | None:
    return min((value for value in (one, other) if value is not None), default=None)
