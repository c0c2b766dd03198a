"""How fast counters grow, seen from outside: from readings of the last minute."""

from collections import deque

__all__ = ["Rate"]

WINDOW_S = 60.0


class Rate:
    """The growth of one counter, a minute; one that starts again (its worker was lost) has grown by what it shows."""

    def __init__(self) -> None:
        self._readings: deque[tuple[float, float]] = deque()
        self._total = self._last = 0.0

    def read(self, count: float, now: float) -> None:
        """The counter stands at `count` at `now`."""
        if self._readings:
            self._total += count - self._last if count >= self._last else count
        self._last = count
        self._readings.append((now, self._total))
        while now - self._readings[0][0] > WINDOW_S:
            self._readings.popleft()

    @property
    def per_minute(self) -> float:
        """Over the last minute, or since the first reading."""
        if len(self._readings) < 2:
            return 0.0
        (began, before), (ended, after) = self._readings[0], self._readings[-1]
        return (after - before) / (ended - began) * 60.0 if ended > began else 0.0
