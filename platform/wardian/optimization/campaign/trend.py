"""How far a gate seems to be from its end: that guides what is begun, and never what is decided."""

from math import inf, log, sqrt

from wardian.optimization.gate.level import Level, is_plain
from wardian.specs.refinement import GateSpec

__all__ = ["Trend"]

PRICE = 1.2
"""What it costs, in logs of wealth, not to have known the best stake."""

FEW = 24
"""So many pairs say nothing yet."""
SURE = 2.0
"""Standard errors."""


class Trend:
    """Estimates from the pairs so far, as if all others would be like them.

    The wealth of somebody who bets on a mean of `d` grows by about d²/2s² in a pair, where s² is the mean square.

    Args:
        spec: of the gate.
        gate: its number in the lineage.
        metric: what it is about.
    """

    def __init__(self, spec: GateSpec, gate: int, metric: str) -> None:
        self.pairs = 0
        self._spec = spec
        self._goal = log(Level.of(spec.alpha, gate, plain=is_plain(metric)).threshold) + PRICE
        self._end = -log(spec.alpha_futility) + PRICE
        self._sum = self._squares = 0.0

    def add(self, difference: float) -> None:
        """One more pair."""
        self.pairs += 1
        self._sum += difference
        self._squares += difference * difference

    @property
    def promotion(self) -> float:
        """Pairs until a promotion; infinite when it goes the other way."""
        return self._until(self._goal, self._sum, self._squares)

    @property
    def futility(self) -> float:
        """Pairs until the gate gives up; infinite when it goes the other way."""
        shift = self._spec.delta_min
        squares = self._squares - 2 * shift * self._sum + self.pairs * shift * shift
        return self._until(self._end, self.pairs * shift - self._sum, squares)

    @property
    def left(self) -> float:
        """Pairs until either."""
        return min(self.promotion, self.futility)

    @property
    def hopeless(self) -> bool:
        """Whether a gain that could be shown with all pairs is well above what was seen."""
        if self.pairs < FEW:
            return False
        mean, spread = self._sum / self.pairs, sqrt(self._squares / self.pairs)
        return mean + SURE * spread / sqrt(self.pairs) < spread * sqrt(2 * self._goal / self._spec.pairs)

    def _until(self, goal: float, drift: float, squares: float) -> float:
        if drift <= 0.0:
            return inf
        return max(0.0, self.pairs * (goal * 2 * squares / (drift * drift) - 1))
