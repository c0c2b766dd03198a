"""How much of a limit is used: less after a 429, again more with time."""

import math

__all__ = ["Pace"]

CUT = 0.8
DEBOUNCE_S = 15.0
"""One cut answers all 429s of so long a time: they are about calls that were already on their way."""
STEP, STEP_S = 0.05, 2.0
SEARCH_STEP = 0.25
"""While a limit is searched for (after the first 429 of an unknown one) the steps are larger."""
LEAST = 0.02


class Pace:
    """A factor on a limit, 1 as long as the provider does not complain.

    Args:
        bounded: whether the limit is known, so that the factor never exceeds 1; otherwise it grows until the next 429.
    """

    def __init__(self, *, bounded: bool = True) -> None:
        self._bounded = bounded
        self._factor = 1.0
        self._since = math.inf
        self._cut_at = -math.inf
        self._cuts = 0

    @property
    def steady(self) -> bool:
        """Whether the factor is 1 and stays so."""
        return self._bounded and self._factor >= 1.0

    def factor(self, now: float) -> float:
        """The part of the limit to use now; it grows 5 % every two seconds without a 429."""
        step = STEP if self._bounded or self._cuts > 1 else SEARCH_STEP
        if now > self._since:
            self._factor += (now - self._since) / STEP_S * step
            self._since = now
        if self._bounded:
            self._factor = min(self._factor, 1.0)
        return self._factor

    def rejected(self, accepted: float, now: float) -> None:
        """A 429 while the provider took the part `accepted` of the limit: cut to that, and at least by a fifth."""
        factor = self.factor(now)
        self._since = now + STEP_S
        if now - self._cut_at < DEBOUNCE_S:
            return
        self._factor = max(min(factor * CUT, accepted), LEAST)
        self._cut_at = now
        self._cuts += 1
