"""How large the gain is, without what stopping at a good moment adds to it."""

from math import floor
from typing import Final

import numpy as np
from numpy.typing import NDArray

from wardian.optimization.gate.stopping import StoppingRule
from wardian.optimization.gate.tally import Tally

__all__ = ["claim"]

LONGEST: Final = 4_000
"""Steps of a walk that are counted, in 0.1 s; behind more of them the plain mean is claimed."""
Paths = NDArray[np.float64]


def claim(rule: StoppingRule, tally: Tally, *, crossed: bool) -> float:
    """The gain, as unbiased as `rule` is the one that stopped; `crossed` where the last pair promoted.

    Pairs in which the two arms differ are a walk, up or down by one step. Its first step is an unbiased estimate of
    where it drifts that no rule could spoil, and the mean of all first steps that lead to where the walk has stopped is
    the best one (Girshick, Mosteller and Savage 1946): the share of paths there that began upwards. It is counted, not
    simulated. Who stops at a step, as a promotion does, has seen one more of the pairs that differ than their share
    (Haldane 1945). Graded differences are a walk with steps of their root mean square.
    """
    steps = tally.moved
    if not tally.squares or steps > LONGEST:
        return tally.mean
    size = (tally.squares / steps) ** 0.5
    upwards = _upwards(_paths(rule, steps, size, tally.pairs / steps), (steps + tally.total / size) / 2)
    if upwards is None:
        return tally.mean
    late = crossed and tally.pairs > 1
    share = (steps - 1) / (tally.pairs - 1) if late else steps / tally.pairs
    return float(size * share * (2 * upwards - 1))


def _upwards(paths: tuple[Paths, Paths], ups: float) -> float | None:
    """Of all paths to a place, the share that began upwards, between two places in proportion; None without a path."""
    every, begun = paths
    low = floor(ups)
    found = [
        (weight, begun[place] / every[place])
        for place, weight in ((low, 1 - (ups - low)), (low + 1, ups - low))
        if weight > 0 and 0 <= place < len(every) and every[place] > 0
    ]
    weights = sum(weight for weight, _ in found)
    return float(sum(weight * share for weight, share in found) / weights) if weights else None


def _paths(rule: StoppingRule, steps: int, size: float, pace: float) -> tuple[Paths, Paths]:
    """How many paths lead to each place after `steps`, and how many of them began upwards; both to one scale."""
    promoted, given_up = rule.promoted(steps, size), rule.given_up(steps, size, pace)
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
