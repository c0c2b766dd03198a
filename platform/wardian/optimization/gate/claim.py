"""How large the gain is, without what stopping at a good moment adds to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log2
from typing import Final

import numpy as np
from numpy.typing import NDArray

from wardian.optimization.gate.tally import Tally
from wardian.optimization.gate.wealth import STAKES

__all__ = ["StoppingRule"]

Bounds = NDArray[np.int64]
LONGEST: Final = 4_000
"""Steps of a walk that are counted, in 0.1 s; behind more of them the plain mean is claimed."""
SHARES: Final = np.asarray(STAKES)


@dataclass(frozen=True, slots=True)
class StoppingRule:
    """When a gate stops, as far as the differences decide it.

    Args:
        promote: the log of the wealth that promotes.
        futile: the log of the wealth against a gain of `shift` that gives up.
        shift: the gain that is worth finding.
    """

    promote: float
    futile: float
    shift: float

    def claim(self, tally: Tally, *, crossed: bool) -> float:
        """The gain, as unbiased as the rule is the one that stopped; `crossed` where the last pair promoted.

        Pairs in which the two arms differ are a walk, up or down by one step. Its first step is an unbiased estimate of
        where it drifts that no rule could spoil, and the mean of all first steps that lead to where the walk has
        stopped is the best one (Girshick, Mosteller and Savage 1946): the share of paths there that began upwards. It
        is counted, not simulated. Who stops at a step, as a promotion does, has seen one more of the pairs that differ
        than their share (Haldane 1945). Graded differences are a walk with steps of their root mean square; ties, which
        only giving up looks at, fall evenly between the steps.
        """
        steps = tally.moved
        if not steps or steps > LONGEST:
            return tally.mean
        size = (tally.squares / steps) ** 0.5
        upwards = self._upwards(steps, (steps + tally.total / size) / 2, size, tally.pairs / steps)
        if upwards is None:
            return tally.mean
        late = crossed and tally.pairs > 1
        share = (steps - 1) / (tally.pairs - 1) if late else steps / tally.pairs
        return float(size * share * (2 * upwards - 1))

    def _upwards(self, steps: int, ups: float, size: float, pace: float) -> float | None:
        """Of all paths to `ups` steps up out of `steps`, the share that began with one; None where none leads there."""
        paths, begun = self._paths(steps, size, pace)
        low = floor(ups)
        found = [
            (weight, begun[place] / paths[place])
            for place, weight in ((low, 1 - (ups - low)), (low + 1, ups - low))
            if weight > 0 and 0 <= place <= steps and paths[place] > 0
        ]
        weights = sum(weight for weight, _ in found)
        return float(sum(weight * share for weight, share in found) / weights) if weights else None

    def _paths(self, steps: int, size: float, pace: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """How many paths lead to each place after `steps`, and how many of them began upwards; both to one scale."""
        promoted, given_up = self._promoted(steps, size), self._given_up(steps, size, pace)
        rows = np.zeros((2, steps + 2))
        rows[0, :2], rows[1, 1] = 0.5, 0.5
        for step in range(1, steps):
            rows[:, promoted[step] :] = 0.0
            rows[:, : given_up[step] + 1] = 0.0
            whole = rows[0].sum()
            if not whole:
                break
            rows /= 2 * whole
            rows[:, 1:] += rows[:, :-1].copy()
        return rows[0], rows[1]

    def _promoted(self, steps: int, size: float) -> Bounds:
        """After each number of steps: from how many of them upwards on the walk has been promoted."""
        step = np.arange(steps + 1.0)
        low, high = np.zeros(steps + 1), step + 1
        for _ in range(int(log2(steps + 1)) + 2):
            middle = np.floor((low + high) / 2)
            over = _worth(((middle, size), (step - middle, -size))) >= self.promote
            high = np.where(over, middle, high)
            low = np.where(over, low, np.minimum(middle + 1, high))
        return high.astype(np.int64)

    def _given_up(self, steps: int, size: float, pace: float) -> Bounds:
        """After each number of steps: up to how many of them upwards the walk has been given up; -1 for none."""
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


def _worth(bets: Sequence[tuple[NDArray[np.float64], float]]) -> NDArray[np.float64]:
    """The log of the wealth after so many bets that ended so, for each place."""
    logs = np.zeros((len(bets[0][0]), len(STAKES)))
    for count, gain in bets:
        logs += count[:, None] * np.log1p(SHARES * gain)
    top = logs.max(axis=1)
    worth: NDArray[np.float64] = top + np.log(np.exp(logs - top[:, None]).mean(axis=1))
    return worth
