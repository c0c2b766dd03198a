"""How much repeating a provider that is not well may cost: a tenth of the calls, so that it can recover."""

from typing import Final

__all__ = ["RetryBudget"]

SHARE: Final = 0.1
"""Every call earns so much of a repetition."""
INITIAL: Final = 20.0
"""Short runs have earned nothing yet."""
MOST: Final = 100.0
"""A long good time does not pay for a storm."""


class RetryBudget:
    """Repetitions after faults that are left; 429s are not among them, rate limits hold those back."""

    def __init__(self) -> None:
        self._left = INITIAL

    def called(self) -> None:
        """A call begins."""
        self._left = min(self._left + SHARE, MOST)

    def take(self) -> bool:
        """Whether one more repetition is allowed; it counts."""
        if self._left < 1:
            return False
        self._left -= 1
        return True
