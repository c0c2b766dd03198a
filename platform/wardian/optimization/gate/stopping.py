"""When a gate stops, as far as the differences decide it: bounds that a walk of better and worse pairs runs into."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log, log2
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from wardian.optimization.gate.level import Level
from wardian.optimization.gate.wealth import STAKES
from wardian.specs.refinement import GateSpec

__all__ = ["Places", "StoppingRule"]

Floats = NDArray[np.float64]
Places = NDArray[np.int64]
"""One place for each number of steps, from 0: how many of them went up."""
SHARES: Final = np.asarray(STAKES)


@dataclass(frozen=True, slots=True)
class StoppingRule:
    """The rule of one gate.

    Args:
        promote: the log of the wealth that promotes.
        futile: the log of the wealth against a gain of `shift` that gives up.
        shift: the gain that is worth finding.
    """

    promote: float
    futile: float
    shift: float

    @classmethod
    def of(cls, spec: GateSpec, level: Level) -> Self:
        """The rule of a gate that may spend so much."""
        return cls(promote=log(level.threshold), futile=-log(spec.alpha_futility), shift=spec.delta_min)

    def promoted(self, steps: int, size: float) -> Places:
        """After each number of steps up to `steps`: from which place on upwards the walk is promoted.

        A step is a pair in which the arms differ, by `size` either way.
        """
        step = np.arange(steps + 1.0)
        low, high = np.zeros(steps + 1), step + 1
        for _ in range(int(log2(steps + 1)) + 2):
            middle = np.floor((low + high) / 2)
            over = _worth(((middle, size), (step - middle, -size))) >= self.promote
            high = np.where(over, middle, high)
            low = np.where(over, low, np.minimum(middle + 1, high))
        return high.astype(np.int64)

    def given_up(self, steps: int, size: float, pace: float) -> Places:
        """After each number of steps: up to which place the walk is given up; -1 for none.

        `pace` are the pairs for each step; ties fall evenly between the steps.
        """
        step = np.arange(steps + 1.0)
        low, high = np.full(steps + 1, -1.0), step.copy()
        for _ in range(int(log2(steps + 1)) + 2):
            middle = np.ceil((low + high) / 2)
            ups = np.maximum(middle, 0)
            bets = ((ups, self.shift - size), (step - ups, self.shift + size), (step * (pace - 1), self.shift))
            over = (middle >= 0) & (_worth(bets) >= self.futile)
            low = np.where(over, middle, low)
            high = np.where(over, high, np.maximum(middle - 1, low))
        return low.astype(np.int64)


def _worth(bets: Sequence[tuple[Floats, float]]) -> Floats:
    """The log of the wealth after so many bets that ended so, for each place."""
    logs = np.zeros((len(bets[0][0]), len(STAKES)))
    for count, gain in bets:
        logs += count[:, None] * np.log1p(SHARES * gain)
    top = logs.max(axis=1)
    worth: Floats = top + np.log(np.exp(logs - top[:, None]).mean(axis=1))
    return worth
