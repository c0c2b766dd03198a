"""A token bucket that also listens to what the provider says is left in its own."""

import math
from collections import deque

__all__ = ["BURST_S", "MOST_BURST_S", "Bucket", "Tally"]

BURST_S = 1.0
"""A bucket holds this many seconds' worth: nobody knows how much more a provider lets through at once …"""
MOST_BURST_S = 10.0
"""… unless its headers show it. Some enforce a minute's limit in smaller parts: never more than this is believed."""

ROUNDING = 1e-6
"""What a bucket may miss through rounding: nobody waits for that."""
GRAIN_S = 0.05
MEMORY_S = 60.0


class Tally:
    """A running sum that knows what was added since a moment of the last minute; coarse, never too small."""

    def __init__(self) -> None:
        self._total = 0.0
        self._points: deque[tuple[float, float]] = deque()

    def add(self, amount: float, now: float) -> None:
        """Count `amount` at `now`."""
        if not self._points or now - self._points[-1][0] >= GRAIN_S:
            self._points.append((now, self._total))
            while self._points[0][0] < now - MEMORY_S:
                self._points.popleft()
        self._total += amount

    def since(self, moment: float) -> float:
        """What was added at `moment` or later."""
        before = self._total
        for at, total in reversed(self._points):
            before = total
            if at <= moment:
                break
        return self._total - before


class Bucket:
    """Refills at `rate` a second. It may fall below zero; then nothing leaves until it has refilled.

    Args:
        rate: units a second, `math.inf` for no limit.
        now: the time.
        full: whether it starts full or empty.
    """

    def __init__(self, rate: float, now: float, *, full: bool) -> None:
        self.rate = rate
        self.charged = Tally()
        self.capacity = 0.0
        """What it holds at most; always enough for one request."""
        self._let_through(BURST_S)
        self.level = self.capacity if full or rate == math.inf else 0.0
        self._at = now

    def refill(self, now: float) -> None:
        """Let time pass."""
        if now > self._at:
            if self.rate != math.inf:
                self.level = min(self.capacity, self.level + (now - self._at) * self.rate)
            self._at = now

    def change_rate(self, rate: float, now: float) -> None:
        """Another limit from `now` on; one that was not known before starts with an empty bucket."""
        if rate == self.rate:
            return
        self.refill(now)
        known, self.rate = self.rate != math.inf, rate
        self._let_through(self._burst_s)
        self.level = min(self.level, self.capacity) if known or rate == math.inf else 0.0
        if rate == math.inf:
            self.level = math.inf

    def wait(self, amount: float) -> float:
        """Seconds until `amount` may leave; more than the bucket holds leaves when it is full."""
        missing = min(amount, self.capacity) - self.level
        return missing / self.rate if missing > ROUNDING else 0.0

    def take(self, amount: float, now: float) -> None:
        """`amount` leaves; a negative one comes back."""
        self.charged.add(amount, now)
        if self.rate != math.inf:
            self.level = min(self.capacity, self.level - amount)

    def believe(self, remaining: float, age_s: float, lent: float, now: float) -> None:
        """The provider had `remaining` left at some moment of the last `age_s` seconds, nobody knows which.

        So what is left now lies between two bounds; only a level outside of them is corrected.

        Args:
            remaining: what the provider said.
            age_s: how long ago the call was sent whose reply said so.
            lent: what is charged here but may not have reached the provider.
            now: the time.
        """
        if self.rate == math.inf:
            return
        self.refill(now)
        charged = max(self.charged.since(now - age_s), 0.0)
        self._let_through(min(max(self._burst_s, remaining / self.rate), MOST_BURST_S))
        low, high = remaining - charged - lent, remaining + max(age_s * self.rate - charged, 0.0)
        self.level = min(max(self.level, low), high, self.capacity)

    def forget_burst(self) -> None:
        """The provider refused: it does not let through as much at once as its headers seemed to say."""
        self._let_through(BURST_S)
        self.level = min(self.level, self.capacity)

    def _let_through(self, burst_s: float) -> None:
        self._burst_s = burst_s
        self.capacity = max(1.0, self.rate * burst_s)
