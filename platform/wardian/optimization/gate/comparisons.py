"""Differences of the two arms in one thing, with one-sided bounds; cheap to add to, for most are never read."""

from dataclasses import dataclass
from functools import lru_cache
from math import isfinite, log
from typing import Final

from scipy import special

__all__ = ["Bounds", "Ratios", "Shares"]

TIGHTEST: Final = 150
"""Pairs at which bounds are as close as bounds can be that hold at all times: about where a gate ends."""

Bounds = tuple[float, float, float]
"""A difference, with the bounds that it is above and below, each at the level asked for."""


@dataclass(slots=True)
class Shares:
    """Paired differences in [-1, 1]: of what either happened in an episode or did not, or of a metric."""

    pairs: int = 0
    total: float = 0.0
    squares: float = 0.0

    def add(self, difference: float) -> None:
        """One more pair."""
        self.pairs += 1
        self.total += difference
        self.squares += difference * difference

    def bounds(self, doubt: float, *, once: bool = False) -> Bounds | None:
        """Each bound is wrong, ever, with a chance of `doubt`: see `_reach`. None before the first pair.

        As if a pair more had gone either way (Bonett and Price 2012): that keeps them apart where nothing was seen to
        happen. `once`: the closer bounds of who looks behind this pair only. No bound is beyond -1 or 1.
        """
        if not self.pairs:
            return None
        worth = self.pairs + 2
        mean, reach = self.total / worth, _reach(self.pairs, doubt, once=once)
        reach *= (((self.squares + 2) / worth - mean * mean) / worth) ** 0.5
        return self.total / self.pairs, max(mean - reach, -1.0), min(mean + reach, 1.0)


@dataclass(slots=True)
class Ratios:
    """Paired amounts, of which the candidate's mean is compared to the champion's."""

    pairs: int = 0
    champion: float = 0.0
    candidate: float = 0.0
    champion_squares: float = 0.0
    candidate_squares: float = 0.0
    products: float = 0.0
    unknown: int = 0

    def add(self, champion: float | None, candidate: float | None) -> None:
        """One more pair; one where either is unknown is left out, and counted."""
        if champion is None or candidate is None:
            self.unknown += 1
            return
        self.pairs += 1
        self.champion += champion
        self.candidate += candidate
        self.champion_squares += champion * champion
        self.candidate_squares += candidate * candidate
        self.products += champion * candidate

    def bounds(self, doubt: float, *, once: bool = False) -> Bounds | None:
        """By how much the candidate's mean is above the champion's, relative to it; by the delta method.

        None where the champion takes (next to) nothing, or fewer than two pairs are known.
        """
        if self.pairs < 2 or self.champion <= 0:
            return None
        ratio = self.candidate / self.champion
        spread = self.candidate_squares - 2 * ratio * self.products + ratio * ratio * self.champion_squares
        error = (max(spread, 0.0) * self.pairs / (self.pairs - 1)) ** 0.5 / self.champion
        reach = _reach(self.pairs, doubt, once=once) * error
        return (ratio - 1, ratio - 1 - reach, ratio - 1 + reach) if isfinite(reach) else None


@lru_cache(maxsize=4096)
def _reach(pairs: int, doubt: float, *, once: bool) -> float:
    """Standard errors between a mean and a one-sided bound that holds behind every pair, not just behind one.

    An asymptotic confidence sequence (Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas 2024, eq. 20): a gate looks after
    every pair, and a bound for one look would be found wrong by chance before long.
    """
    if once:
        return -float(special.ndtri(doubt))
    ease = 2 * doubt
    worth = pairs * (log(1 / ease) * 2 + log(log(1 / ease) * 2 + 1) + 1) / TIGHTEST
    return float((2 * (worth + 1) / worth * log(1 + (worth + 1) ** 0.5 / ease)) ** 0.5)
