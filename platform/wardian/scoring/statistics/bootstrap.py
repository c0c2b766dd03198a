"""Intervals for what has no formula: draw the units again, many times, and see how the number varies."""

from collections.abc import Callable
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

from wardian.base.identity import derive_seed
from wardian.scoring.statistics.estimate import LEVEL, Estimate

__all__ = ["RESAMPLES", "bootstrap"]

RESAMPLES: Final = 2_000
AT_ONCE: Final = 2_000_000
"""Drawn units in memory at a time."""

Numbers = NDArray[np.float64]
Statistic = Callable[[Numbers], Numbers]
"""A function of the sums over all units, which stand in the last axis: `lambda sums: sums[..., 0] / sums[..., 1]`."""


def bootstrap(
    units: Numbers, statistic: Statistic, *, seed: int = 0, method: Literal["bca", "percentile"] = "bca"
) -> Estimate:
    """The value of `statistic` of the sums of `units` with its interval; the same seed gives the same interval.

    A unit is one row: a task with what was summed of its tries, or a cluster of tasks with their sums, so that what is
    alike is drawn together. Units are sorted before they are drawn: their order decides nothing.
    "bca" corrects for bias and skew (Efron 1987), "percentile" does not.

    Raises:
        ValueError: when there is no unit.
    """
    if not len(units):
        raise ValueError("no unit, no number")
    units = units[np.lexsort(units.T[::-1])]
    value = float(statistic(units.sum(axis=0)))
    if len(units) == 1:
        return Estimate(value=value, low=None, high=None, tasks=1)
    drawn = statistic(_sums(units, np.random.default_rng(derive_seed("bootstrap", seed))))
    tails = np.array([(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    if method == "bca":
        tails = _corrected(tails, drawn, value, statistic(units.sum(axis=0) - units))
    low, high = np.quantile(drawn, tails)
    return Estimate(value=value, low=float(low), high=float(high), tasks=len(units))


def _sums(units: Numbers, generator: np.random.Generator) -> Numbers:
    """Those over as many units as there are, drawn with replacement, once for each resample."""
    n, at_once = len(units), max(1, AT_ONCE // len(units))
    parts = [min(at_once, RESAMPLES - start) for start in range(0, RESAMPLES, at_once)]
    return np.concatenate([units[generator.integers(0, n, (part, n))].sum(axis=1) for part in parts])


def _corrected(tails: Numbers, drawn: Numbers, value: float, left: Numbers) -> Numbers:
    """The quantiles to take instead of `tails`, by the draws below the value and the values with one unit left out."""
    below = (np.sum(drawn < value) + 0.5 * np.sum(drawn == value) + 0.5) / (len(drawn) + 1)
    bias = special.ndtri(below)
    pull = left.mean() - left
    scale = float((pull**2).sum()) ** 1.5
    skew = float((pull**3).sum()) / (6 * scale) if scale else 0.0
    shifted = bias + special.ndtri(tails)
    return np.asarray(special.ndtr(bias + shifted / (1 - skew * shifted)))
