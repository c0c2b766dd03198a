"""Betting against a hypothesis: what a gambler is worth who was never favoured by it."""

from collections.abc import Sequence
from functools import lru_cache
from math import exp, log, log1p
from typing import Final

__all__ = ["STAKES", "Wealth", "mixture"]

STAKES: Final = (0.05, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8)
"""Shares of the wealth that are bet on every pair, by gamblers who began with as much each."""


class Wealth:
    """An e-process: the mean wealth of gamblers who bet that values in [-1, 1] have a mean above 0.

    Where it is not, whatever they are and however they depend on earlier ones, the wealth ever reaches w with a chance
    of at most 1/w (Ville): looking after every value and stopping at any time are free. In log space, as a thousand
    pairs would leave the range of floats.

    Args:
        shift: added to every value, from 0 on: nobody can lose more than they have.
        sign: -1 to bet that the mean is below.
    """

    def __init__(self, shift: float = 0.0, sign: float = 1.0) -> None:
        self._shift, self._sign = shift, sign
        self._logs = [0.0] * len(STAKES)
        self.log = 0.0

    def add(self, value: float) -> float:
        """Bet on one more; the log of the wealth."""
        gains = _gains(self._sign * value + self._shift)
        self._logs = [log_wealth + gain for log_wealth, gain in zip(self._logs, gains, strict=True)]
        self.log = mixture(self._logs)
        return self.log


@lru_cache(maxsize=4096)
def _gains(value: float) -> tuple[float, ...]:
    return tuple(log1p(stake * value) for stake in STAKES)


def mixture(logs: Sequence[float]) -> float:
    """The log of the mean of what `logs` are the logs of."""
    top = max(logs)
    return top + log(sum([exp(each - top) for each in logs]) / len(logs))
