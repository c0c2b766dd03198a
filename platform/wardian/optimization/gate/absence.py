"""Draws without a result: how many there are, and whether one arm lacks more of them than the other."""

from functools import lru_cache
from math import lgamma, log
from typing import Final

__all__ = ["Absence"]

LEVEL: Final = 0.05
"""The chance to call a gate invalid that is not."""
ROUNDING: Final = 1e-9
THREE_TIMES: Final = 3.0
"""The bet on coverage is that three times as many draws are lost as may be."""


class Absence:
    """Counts draws that are no pairs; says when that is too many, or not by chance.

    Two bets, both as valid after any draw as after the last (see `Wealth`): that more draws are lost than `coverage`
    leaves room for, and that a loss in one arm alone is not as likely in either. The second is a fair coin that lands
    on the candidate's side with any chance: the mean over all of them of what a gambler who knows it is worth.

    Args:
        coverage: the share of draws that must be pairs.
        most: draws at the most.
    """

    def __init__(self, coverage: float, most: int) -> None:
        self.champion = self.candidate = self.both = self.draws = 0
        self._coverage, self._room = coverage, (1 - coverage) * most + ROUNDING
        loss = 1 - coverage
        rival = min(THREE_TIMES * loss, (1 + loss) / 2)
        self._found, self._lost = log((1 - rival) / (1 - loss)), log(rival / loss)

    def add(self, *, champion: bool, candidate: bool) -> None:
        """One draw; whether either lacks a result."""
        self.draws += 1
        self.champion += champion
        self.candidate += candidate
        self.both += champion and candidate

    @property
    def lost(self) -> int:
        """Draws that are no pairs."""
        return self.champion + self.candidate - self.both

    @property
    def coverage(self) -> float:
        """The share of draws that are pairs."""
        return 1 - self.lost / self.draws if self.draws else 1.0

    @property
    def enough(self) -> bool:
        """Whether as many draws are pairs as must be."""
        return self.lost <= (1 - self._coverage) * self.draws + ROUNDING

    def broken(self, *, last: bool) -> str:
        """Why nothing can be decided any more; "" as long as it can. `last`: whether no draw comes behind this."""
        if not self.lost:
            return ""
        if _unfair(self.champion - self.both, self.candidate - self.both) >= -log(LEVEL):
            return f"missing in one arm more than in the other: champion {self.champion}, candidate {self.candidate}"
        shown = self._found * (self.draws - self.lost) + self._lost * self.lost >= -log(LEVEL)
        beyond = shown or self.lost > self._room or (last and not self.enough)
        return f"{self.lost} of {self.draws} draws have no result" if beyond else ""


@lru_cache(maxsize=1024)
def _unfair(heads: int, tails: int) -> float:
    """The log of the wealth against a fair coin, with the chance of heads spread evenly from 0 to 1."""
    n = heads + tails
    return n * log(2) + lgamma(heads + 1) + lgamma(tails + 1) - lgamma(n + 2)
