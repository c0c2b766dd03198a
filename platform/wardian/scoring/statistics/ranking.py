"""How well a number tells successes from failures."""

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from wardian.scoring.statistics.estimate import Estimate, students_quantile
from wardian.scoring.statistics.means import score_interval
from wardian.scoring.statistics.spread import Spread, labelled

__all__ = ["auroc"]


def auroc(
    values: Sequence[float] | NDArray[np.float64],
    outcomes: Sequence[bool] | NDArray[np.bool_],
    clusters: Sequence[Hashable] | NDArray[np.intp],
) -> Estimate | None:
    """The chance that a success has a higher value than a failure, equal ones counted half; 0.5 says nothing.

    The interval is over clusters (tasks), whose tries are alike: Obuchowski's variance (1997) as the number of pairs
    that Wilson's interval takes, with the degrees of freedom of Brunner and Munzel (2000), so that few failures do not
    make it too sure; with fewer than five tasks that have any it still covers some 91 % only, and with one there is no
    interval. `tasks` counts the clusters. None when all succeeded, or none.
    """
    numbers, success = np.asarray(values, dtype=float), np.asarray(outcomes, dtype=bool)
    if success.all() or not success.any():
        return None
    labels = np.unique(clusters, return_inverse=True)[1] if isinstance(clusters, np.ndarray) else labelled(clusters)
    places = _places(numbers, success)
    area, n = float(places[success].mean()), int(labels.max()) + 1
    fewest = min(len(np.unique(labels[success])), len(np.unique(labels[~success])))
    if fewest < 2:
        return Estimate(value=area, low=None, high=None, tasks=n)
    found = _spread(places - area, success, labels)
    worth = area * (1 - area) / found.variance if found.variance > 0 and 0 < area < 1 else float(fewest)
    low, high = score_interval(area, worth, students_quantile(found.freedom))
    return Estimate(value=area, low=low, high=high, tasks=n)


def _spread(pull: NDArray[np.float64], success: NDArray[np.bool_], labels: NDArray[np.intp]) -> Spread:
    """That of the area: successes and failures, each with the clusters that have them, and what they share."""
    ours = np.bincount(labels, weights=np.where(success, pull, 0.0)) / success.sum()
    theirs = np.bincount(labels, weights=np.where(success, 0.0, pull)) / (~success).sum()
    clusters = len(ours)
    n, m = len(np.unique(labels[success])), len(np.unique(labels[~success]))
    one, other = float((ours**2).sum()) * n / (n - 1), float((theirs**2).sum()) * m / (m - 1)
    shared = 2 * float((ours * theirs).sum()) * clusters / (clusters - 1)
    if not one + other:
        return Spread(0.0, min(n, m) - 1)
    return Spread(max(0.0, one + other + shared), (one + other) ** 2 / (one**2 / (n - 1) + other**2 / (m - 1)))


def _places(numbers: NDArray[np.float64], success: NDArray[np.bool_]) -> NDArray[np.float64]:
    """For every success the share of failures below it, for every failure the share of successes above it."""
    places = np.empty(len(numbers))
    places[success] = _below(numbers[success], np.sort(numbers[~success]))
    places[~success] = 1 - _below(numbers[~success], np.sort(numbers[success]))
    return places


def _below(values: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """Which share of the sorted `others` is smaller, equal ones counted half."""
    smaller = np.searchsorted(others, values, side="left")
    not_larger = np.searchsorted(others, values, side="right")
    return np.asarray((smaller + not_larger) / (2 * len(others)))
