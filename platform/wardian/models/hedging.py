"""When a call is slow, and how many of them may be made a second time.

Idea and name: Dean and Barroso, "The Tail at Scale", CACM 56(2), 2013.
"""

from collections import defaultdict
from typing import Final

from wardian.specs.models import HedgeSpec

__all__ = ["Hedging", "Latencies"]

MEMORY: Final = 256
"""So many of the last answers are remembered."""
NEVER_S: Final = 1e6
ENOUGH: Final = 20
"""With fewer answers nobody knows what is slow."""
RENEWED: Final = 16
"""A percentile is worked out again after so many answers."""
MOST: Final = 10.0
"""A long good time does not pay for a storm."""
ROUNDING: Final = 1e-9
QUANTILES: Final = {"p90": 0.90, "p95": 0.95, "p99": 0.99}


class Hedging:
    """Decides for the calls of one model.

    Args:
        spec: what the config says.
        elsewhere: whether a second request goes to another place only, never to the same.
    """

    def __init__(self, spec: HedgeSpec, *, elsewhere: bool = False) -> None:
        self.elsewhere = elsewhere
        self._spec = spec
        self._left = 0.0
        self._latencies: defaultdict[str, Latencies] = defaultdict(Latencies)

    def called(self) -> None:
        """A call begins; it earns its share of a second request."""
        self._left = min(self._left + self._spec.budget, MOST)

    def take(self) -> bool:
        """Whether one more second request is allowed; it counts."""
        if self._left < 1 - ROUNDING:
            return False
        self._left -= 1
        return True

    def slow_after(self, place: str) -> float:
        """Seconds after which an answer of `place` is late; very many as long as nobody can know."""
        after = self._spec.after
        return after if isinstance(after, float) else self._latencies[place].quantile(QUANTILES[after])

    def took(self, place: str, seconds: float) -> None:
        """An answer of `place` took so long, or at least so long: it was not waited for any more."""
        self._latencies[place].add(seconds)


class Latencies:
    """The last answers' times."""

    def __init__(self) -> None:
        self._last: list[float] = []
        self._added = 0
        self._known: dict[float, float] = {}

    def add(self, seconds: float) -> None:
        """One more."""
        if len(self._last) < MEMORY:
            self._last.append(seconds)
        else:
            self._last[self._added % MEMORY] = seconds
        self._added += 1
        if self._added % RENEWED == 0:
            self._known.clear()

    def quantile(self, part: float) -> float:
        """The time within which this part of the last answers came; very long when there are too few."""
        if len(self._last) < ENOUGH:
            return NEVER_S
        known = self._known.get(part)
        if known is None:
            known = self._known[part] = sorted(self._last)[int(part * len(self._last))]
        return known
