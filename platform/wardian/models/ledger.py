"""The arithmetic of a provider's rate limits, on a clock that the caller brings."""

import math

from pydantic import PositiveInt

from wardian.base.frozen import Frozen

__all__ = ["Ledger", "RateLimit"]

MINUTE = 60.0
BURST_S = 6.0
"""The bucket holds this many seconds' worth of the limit and starts full: a provider that counts fixed
minutes sees at most a tenth more than its limit in the first one, and never more later."""

ROUNDING = 1e-6
"""What a bucket may miss through rounding: nobody waits for that."""


class RateLimit(Frozen):
    """Requests and tokens per minute; None means no limit."""

    rpm: PositiveInt | None = None
    tpm: PositiveInt | None = None

    @property
    def unlimited(self) -> bool:
        """Whether there is nothing to count."""
        return self.rpm is None and self.tpm is None


class _Bucket:
    """A token bucket. It may fall below zero (a call larger than the bucket); then nothing leaves until it refilled."""

    def __init__(self, per_minute: int | None, now: float) -> None:
        self.rate = math.inf if per_minute is None else per_minute / MINUTE
        self.capacity = max(1.0, self.rate * BURST_S)
        self.level = self.capacity
        self._at = now

    def refill(self, now: float) -> None:
        if now > self._at and self.rate != math.inf:
            self.level = min(self.capacity, self.level + (now - self._at) * self.rate)
            self._at = now

    def wait(self, amount: float) -> float:
        """Seconds until `amount` may leave; more than the bucket holds leaves when it is full."""
        missing = min(amount, self.capacity) - self.level
        return missing / self.rate if missing > ROUNDING else 0.0

    def share(self, sharers: int) -> int | None:
        """The whole units of a fair share; at least one, as long as there is one."""
        if self.rate == math.inf:
            return None
        return max(int(self.level / sharers), min(int(self.level), 1), 0)

    def take(self, amount: float) -> None:
        """`amount` leaves; a negative one comes back."""
        if self.rate != math.inf:
            self.level = min(self.capacity, self.level - amount)


class Ledger:
    """Requests and tokens per minute of one lane (a model under one key), as two token buckets."""

    def __init__(self, limit: RateLimit, now: float) -> None:
        self.limit = limit
        self._requests = _Bucket(limit.rpm, now)
        self._tokens = _Bucket(limit.tpm, now)
        self._blocked_until = -math.inf

    def wait(self, tokens: int, now: float) -> float:
        """Seconds until one request of `tokens` may be sent; 0 when it may now."""
        self._refill(now)
        return max(self._blocked_until - now, self._requests.wait(1.0), self._tokens.wait(tokens), 0.0)

    def take(self, requests: int, tokens: int, now: float) -> None:
        """Charge what is sent; negative amounts are given back."""
        self._refill(now)
        self._requests.take(requests)
        self._tokens.take(tokens)

    def share(self, sharers: int, now: float) -> tuple[int | None, int | None]:
        """Whole requests and tokens that one of `sharers` may have now, None where there is no limit."""
        if now < self._blocked_until:
            return 0, 0
        self._refill(now)
        return self._requests.share(sharers), self._tokens.share(sharers)

    def block_until(self, moment: float) -> None:
        """Nothing leaves before `moment`: the provider said so."""
        self._blocked_until = max(self._blocked_until, moment)

    def blocked_for(self, now: float) -> float:
        """Seconds until the provider wants to hear from us again."""
        return max(self._blocked_until - now, 0.0)

    def _refill(self, now: float) -> None:
        self._requests.refill(now)
        self._tokens.refill(now)
