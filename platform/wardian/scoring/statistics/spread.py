"""How far a mean may be off when its values come in clusters that are alike."""

from collections.abc import Hashable, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Spread", "labelled", "spread"]

ALIKE: Final = 0.3
"""How much the tasks of a cluster are taken to correlate when degrees of freedom are counted. It decides nothing where
clusters are equally large; elsewhere 0 covers too little when they are alike, 1 too much when they are not."""

ROUNDING: Final = 1e-12
"""How far apart values that are equal may be, as a share of the largest."""


class Spread(NamedTuple):
    """The variance of a mean, and how many degrees of freedom it was estimated with."""

    variance: float
    freedom: float


def labelled(clusters: Sequence[Hashable]) -> NDArray[np.intp]:
    """A number from 0 for each cluster, in the order of their first appearance."""
    numbers: dict[Hashable, int] = {}
    return np.array([numbers.setdefault(cluster, len(numbers)) for cluster in clusters], dtype=np.intp)


def spread(values: NDArray[np.float64], clusters: Sequence[Hashable] | None = None) -> Spread | None:
    """That of the mean of `values`, each of them its own cluster unless `clusters` says otherwise.

    Bell and McCaffrey (2002), "CR2", with their degrees of freedom: few clusters, and clusters of unequal size, do not
    make it too sure. Clusters of equal size give the usual estimate, on one degree less than there are clusters.
    None when there is one cluster only.
    """
    n = len(values)
    labels = np.arange(n) if clusters is None else labelled(clusters)
    sizes = np.bincount(labels)
    if len(sizes) < 2:
        return None
    if len(sizes) == n:
        return Spread(_beyond_rounding(float(values.var(ddof=1)) / n, values), n - 1)
    share = sizes / n
    sums = np.bincount(labels, weights=values - values.mean())
    variance = float((sums**2 / (1 - share)).sum()) / n**2
    return Spread(_beyond_rounding(variance, values), _freedom(sizes, share))


def _beyond_rounding(variance: float, values: NDArray[np.float64]) -> float:
    """`variance`, or 0 when it is no more than what rounding makes of equal values."""
    return variance if variance > (ROUNDING * float(np.abs(values).max())) ** 2 else 0.0


def _freedom(sizes: NDArray[np.intp], share: NDArray[np.float64]) -> float:
    """Satterthwaite's, from the covariance M of the clusters' sums of residuals if tasks are `ALIKE`: tr(M)² / tr(M²).

    With s the variances of the sums, f the shares and S = Σs, M is diag(s) - f sᵀ - s fᵀ + S f fᵀ, row and column
    weighted; its traces need no matrix.
    """
    weight = 1 / np.sqrt(1 - share)
    variances = sizes * (1 - ALIKE) + ALIKE * sizes**2
    f, s, whole = weight * share, weight * variances, float(variances.sum())
    own = weight * s
    rest = whole * f**2 - 2 * f * s
    ff, fs, ss = float(f @ f), float(f @ s), float(s @ s)
    crossed = 2 * (fs**2 + ff * ss) - 4 * whole * ff * fs + whole**2 * ff**2
    return float((own + rest).sum() ** 2 / ((own**2 + 2 * own * rest).sum() + crossed))
