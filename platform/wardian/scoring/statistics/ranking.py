"""How well a number tells successes from failures."""

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from wardian.scoring.statistics.estimate import Estimate, students_quantile
from wardian.scoring.statistics.means import score_interval
from wardian.scoring.statistics.spread import labelled

__all__ = ["auroc"]


def auroc(values: Sequence[float], outcomes: Sequence[bool], clusters: Sequence[Hashable]) -> Estimate | None:
    """The chance that a success has a higher value than a failure, equal ones counted half; 0.5 says nothing.

    The interval is over clusters (tasks), whose tries are alike: Obuchowski's variance (1997) as the number of pairs
    that Wilson's interval takes. `tasks` counts the clusters. None when all succeeded, or none.
    """
    numbers, success = np.asarray(values, dtype=float), np.asarray(outcomes, dtype=bool)
    if success.all() or not success.any():
        return None
    labels = labelled(clusters)
    n = int(labels.max()) + 1
    places = _places(numbers, success)
    area = float(places[success].mean())
    if n < 2:
        return Estimate(value=area, low=None, high=None, tasks=n)
    pull = (places - area) / np.where(success, success.sum(), (~success).sum())
    variance = n / (n - 1) * float((np.bincount(labels, weights=pull) ** 2).sum())
    fewest = min(len(set(labels[success])), len(set(labels[~success])))
    worth = area * (1 - area) / variance if variance > 0 and 0 < area < 1 else float(fewest)
    low, high = score_interval(area, worth, students_quantile(n - 1))
    return Estimate(value=area, low=low, high=high, tasks=n)


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
