"""A shorter version that is no worse and cheaper may replace the champion, too."""

from math import log
from typing import Final

from wardian.base.bundle import Bundle
from wardian.optimization.gate.comparisons import Ratios
from wardian.optimization.gate.tally import Tally
from wardian.optimization.gate.wealth import Wealth
from wardian.optimization.pairs import Pair
from wardian.specs.refinement import GateSpec

__all__ = ["Simplification"]

DOUBT: Final = 0.05


class Simplification:
    """Bets that a shorter version does not lose as much as it may, and looks whether it is cheaper.

    Args:
        spec: when a difference is believed; `shorter` is what such a version may lose, None: nobody asks for one.
        alpha: the chance to take a version for no worse that loses so much.
        champion: the version that stays otherwise.
        candidate: the other one; it is shorter where it has the same components with fewer characters.
    """

    def __init__(self, spec: GateSpec, alpha: float, champion: Bundle, candidate: Bundle) -> None:
        self._shorter = spec.shorter is not None and is_shorter(candidate, champion)
        self._margin = spec.shorter or spec.delta_min
        self._wealth, self._threshold = Wealth(shift=self._margin), -log(alpha)
        self._most = spec.pairs
        self._equal = False
        self._cost, self._tokens = Ratios(), Ratios()

    def add(self, pair: Pair, difference: float) -> None:
        """One more pair, with the candidate's gain in it."""
        if not self._shorter:
            return
        self._equal = self._wealth.add(difference) >= self._threshold or self._equal
        self._cost.add(pair.champion.cost_usd, pair.candidate.cost_usd)
        self._tokens.add(pair.champion.tokens, pair.candidate.tokens)

    @property
    def shown(self) -> bool:
        """Whether it is no worse, and cheaper: in dollars, or in tokens where a price is unknown."""
        return self._equal and self._cheaper(certain=True)

    def hopeful(self, tally: Tally, left: int) -> bool:
        """Whether `left` more draws may well show it: not where it looks worse, or dearer, or too few are left.

        Equal versions that differ in a share q of the pairs need about 2 q log(1/alpha) / margin^2 of them.
        """
        if not self._shorter or tally.mean < -self._margin / 2 or not self._cheaper(certain=False):
            return False
        lacking = max(self._threshold - self._wealth.log, 0.0)
        noise = max(tally.squares / tally.pairs if tally.pairs else 1.0, self._margin)
        return 2 * noise * lacking / self._margin**2 <= left

    def _cheaper(self, *, certain: bool) -> bool:
        bounds = (self._tokens if self._cost.unknown else self._cost).bounds(DOUBT)
        return bounds is not None and (bounds[2] if certain else bounds[0]) < 0


def is_shorter(candidate: Bundle, champion: Bundle) -> bool:
    """Whether it has fewer characters for the same components; one that either lacks may have any text."""
    return candidate.texts.keys() == champion.texts.keys() and candidate.characters < champion.characters
