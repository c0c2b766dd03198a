"""What draws a judge's preference: a logistic model over all pairs that it has ranked.

The one who is preferred is so with the log-odds of what it has more of: Bradley and Terry's model, where the strengths
of the two are sums of coefficients. Verdicts on one item are alike, so errors are clustered by item (Liang and Zeger).
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import special

from wardian.scoring.statistics import Estimate
from wardian.scoring.statistics.estimate import NORMAL

__all__ = ["preferences"]

Numbers = NDArray[np.float64]
STEPS: Final = 50
DONE: Final = 1e-8
PRIOR: Final = 0.05
"""A weak pull to 0 (a normal prior's precision), so that a judge who never errs has coefficients at all."""


def preferences(more: Numbers, items: Sequence[int]) -> list[Estimate]:
    """The coefficient of each feature.

    Args:
        more: for each pair, what the preferred one has more of, [pair, feature].
        items: which item each pair is of.

    Raises:
        ValueError: when there is no pair.
    """
    if not len(more):
        raise ValueError("no pair, no preference")
    coefficients = _fitted(more)
    clusters = np.unique(np.asarray(items), return_inverse=True)[1]
    spread = _spread(more, coefficients, clusters)
    count = int(clusters.max()) + 1
    return [
        Estimate(value=float(value), low=float(value - NORMAL * error), high=float(value + NORMAL * error), tasks=count)
        for value, error in zip(coefficients, spread, strict=True)
    ]


def _fitted(more: Numbers) -> Numbers:
    """Newton's method on the penalised likelihood, which is concave."""
    coefficients = np.zeros(more.shape[1])
    for _ in range(STEPS):
        doubt = special.expit(-more @ coefficients)
        step = np.linalg.solve(_curvature(more, coefficients), more.T @ doubt - PRIOR * coefficients)
        coefficients = coefficients + step
        if np.abs(step).max() < DONE:
            break
    return np.asarray(coefficients)


def _curvature(more: Numbers, coefficients: Numbers) -> Numbers:
    chance = special.expit(more @ coefficients)
    return np.asarray((more * (chance * (1 - chance))[:, None]).T @ more + PRIOR * np.eye(more.shape[1]))


def _spread(more: Numbers, coefficients: Numbers, clusters: NDArray[np.intp]) -> Numbers:
    """Standard errors that allow pairs of one item to be alike."""
    scores = more * special.expit(-more @ coefficients)[:, None]
    sums = np.zeros((int(clusters.max()) + 1, more.shape[1]))
    np.add.at(sums, clusters, scores)
    bread = np.linalg.inv(_curvature(more, coefficients))
    return np.asarray(np.sqrt(np.diag(bread @ (sums.T @ sums) @ bread)))
