"""The simulated provider's rate limits: token buckets, and the headers that tell of them."""

import math
from dataclasses import dataclass

from wardian.simulator.asgi import Headers
from wardian.specs.models import SkillSpec

__all__ = ["Lane"]

BURST_S = 10.0
"""How many seconds' worth of a limit may come at once after a pause: providers enforce a minute in smaller parts."""


@dataclass(slots=True)
class Bucket:
    """A token bucket that starts full. It may fall below zero, when an answer is longer than foreseen."""

    per_minute: int
    level: float
    at: float

    @classmethod
    def full(cls, per_minute: int, now: float) -> "Bucket":
        """A bucket that nobody used yet."""
        bucket = cls(per_minute, 0.0, now)
        bucket.level = bucket.capacity
        return bucket

    @property
    def rate(self) -> float:
        """What comes in per second."""
        return self.per_minute / 60

    @property
    def capacity(self) -> float:
        """What it holds at most; always enough for one request."""
        return max(1.0, self.rate * BURST_S)

    def refill(self, now: float) -> None:
        """Let time pass."""
        self.level = min(self.capacity, self.level + max(now - self.at, 0.0) * self.rate)
        self.at = max(now, self.at)

    def wait(self, amount: float) -> float:
        """Seconds until `amount` may be taken; more than it holds may be taken when it is full."""
        return max(min(amount, self.capacity) - self.level, 0.0) / self.rate

    def headers(self, what: str) -> Headers:
        """`x-ratelimit-*` as OpenAI writes them."""
        values = {
            "limit": str(self.per_minute),
            "remaining": str(max(math.floor(self.level), 0)),
            "reset": f"{max(self.capacity - self.level, 0.0) / self.rate:.3f}s",
        }
        return [(f"x-ratelimit-{name}-{what}".encode(), value.encode()) for name, value in values.items()]


class Lane:
    """What one key may send to one model."""

    def __init__(self, skill: SkillSpec, now: float) -> None:
        self._requests = None if skill.rpm is None else Bucket.full(skill.rpm, now)
        self._tokens = None if skill.tpm is None else Bucket.full(skill.tpm, now)

    def admit(self, tokens: int, now: float) -> float:
        """Take one request of `tokens`; otherwise take nothing and return the seconds until it may come again."""
        wait = 0.0
        for bucket, amount in ((self._requests, 1), (self._tokens, tokens)):
            if bucket is not None:
                bucket.refill(now)
                wait = max(wait, bucket.wait(amount))
        if wait == 0:
            self._take(1, tokens)
        return wait

    def answered(self, tokens: int) -> None:
        """Charge the tokens of the answer."""
        self._take(0, tokens)

    def headers(self) -> Headers:
        """What is left, for the client to read."""
        requests = [] if self._requests is None else self._requests.headers("requests")
        return requests if self._tokens is None else [*requests, *self._tokens.headers("tokens")]

    def _take(self, requests: int, tokens: int) -> None:
        if self._requests is not None:
            self._requests.level -= requests
        if self._tokens is not None:
            self._tokens.level -= tokens
