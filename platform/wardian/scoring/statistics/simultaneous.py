"""Many differences between many arms, of which somebody picks: intervals that all hold at once."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import special

from wardian.base.identity import derive_seed
from wardian.scoring.statistics.estimate import Estimate

__all__ = ["common_level", "simultaneous_difference"]

DRAWS: Final = 4_000
LARGEST: Final = 64
"""So many arms are looked at pair by pair; of more, the pairs are counted."""

Numbers = NDArray[np.float64]


def common_level(rows: Numbers, alpha: float, *, seed: int = 0) -> float:
    """The level at which one difference is to be judged, so that of all between `rows` none is beyond its interval.

    Args:
        rows: one for each arm, with a value for each task; no value may be missing.
        alpha: the chance that any is.
        seed: of the draws.

    Returns:
        The level: `alpha` for two arms, less for more. Differences that share an arm, or tasks that are hard for all,
        are alike, so it is more than `alpha` by the number of pairs: the largest of all studentised differences is
        drawn with normal multipliers on the tasks (Chernozhukov, Chetverikov and Kato 2013).
    """
    arms, tasks = len(rows), rows.shape[1]
    pairs: float = arms * (arms - 1) / 2
    if pairs <= 1 or arms > LARGEST or tasks < 2:
        return alpha / max(pairs, 1.0)
    centred = rows - rows.mean(axis=1, keepdims=True)
    generator = np.random.default_rng(derive_seed("simultaneous", seed))
    largest = _largest(centred, generator.standard_normal((DRAWS, tasks)))
    found = 2 * float(special.ndtr(-np.quantile(largest, 1 - alpha)))
    return min(max(found, alpha / pairs), alpha)


def _largest(centred: Numbers, multipliers: Numbers) -> Numbers:
    """For each draw the largest studentised difference between two rows."""
    sums, products = multipliers @ centred.T, centred @ centred.T
    own, largest = np.diag(products), np.zeros(len(multipliers))
    for row in range(len(centred) - 1):
        size = np.sqrt(np.maximum(own[row] + own[row + 1 :] - 2 * products[row, row + 1 :], 0.0))
        differing = size > 1e-9
        if differing.any():
            apart = np.abs(sums[:, [row]] - sums[:, row + 1 :][:, differing]) / size[differing]
            largest = np.maximum(largest, apart.max(axis=1))
    return largest


def simultaneous_difference(differences: Numbers, level: float) -> Estimate:
    """The mean of one difference for each task, with an interval that misses it with the chance `level`.

    As in `paired_difference`, plain ones (better, worse, equal) have one pair added to each side (Bonett and Price
    2012), but with Student's quantile; others have Student's interval, and none where they are all alike.

    Raises:
        ValueError: when there is no task.
    """
    n = len(differences)
    if not n:
        raise ValueError("no task, no difference")
    value = float(differences.mean())
    if n < 2:
        return Estimate(value=value, low=None, high=None, tasks=n)
    quantile = float(special.stdtrit(n - 1, 1 - level / 2))
    centre, variance, pairs = value, float(differences.var(ddof=1)), n
    if np.isin(differences, (-1.0, 0.0, 1.0)).all():
        pairs = n + 2
        centre = n * value / pairs
        variance = (float((differences**2).sum()) + 2) / pairs - centre**2
    elif not variance:
        return Estimate(value=value, low=None, high=None, tasks=n)
    half = quantile * (variance / pairs) ** 0.5
    low, high = max(centre - half, -1.0), min(centre + half, 1.0)
    return Estimate(value=value, low=min(low, value), high=max(high, value), tasks=n)
