"""Means over tasks, with intervals."""

from collections.abc import Hashable, Iterable, Sequence
from math import fsum

import numpy as np

from wardian.scoring.statistics.estimate import NORMAL, Estimate, students_quantile
from wardian.scoring.statistics.spread import spread

__all__ = ["clustered_mean", "kept_clusters", "proportion", "score_interval", "task_means", "wilson"]


def task_means(rows: Iterable[Sequence[float]]) -> list[float]:
    """The mean of every task that has any value, to the last bit whatever the order of its tries."""
    return [fsum(values) / len(values) for values in rows if len(values)]


def clustered_mean(
    means: Sequence[float],
    *,
    clusters: Sequence[Hashable] | None = None,
    bounds: tuple[float, float] | None = None,
) -> Estimate:
    """The mean of one mean per task, with Student's t over the tasks; `bounds` clips the interval.

    `clusters` names for each task what it has in common with others, such as its template: then the interval is for
    tasks of other clusters like these. Values that are all alike do not say how far others may be: no interval.

    Raises:
        ValueError: when there is no task.
    """
    values = np.asarray(means, dtype=float)
    if not len(values):
        raise ValueError("no task, no mean")
    mean, found = float(values.mean()), spread(values, clusters)
    if found is None or not found.variance:
        return Estimate(value=mean, low=None, high=None, tasks=len(values))
    reach = students_quantile(found.freedom) * found.variance**0.5
    low, high = (-np.inf, np.inf) if bounds is None else bounds
    return Estimate(value=mean, low=max(mean - reach, low), high=min(mean + reach, high), tasks=len(values))


def proportion(outcomes: Iterable[Sequence[float]], clusters: Sequence[Hashable] | None = None) -> Estimate:
    """The mean of outcomes in [0, 1], given task by task; `clusters` as in `clustered_mean`.

    Plain Wilson over the tasks when each of them is a plain yes or no (a single try, or tries that agree) and stands
    for itself; one task has no interval, whatever came of it. Otherwise Wilson's interval with Student's quantile and
    as many tries as the task means, by how much they vary, are worth. Near 0 and 1 Student's interval covers 90 to
    93 %, this one 94 to 96 %.

    Raises:
        ValueError: when there is no outcome.
    """
    rows = list(outcomes)
    kept = kept_clusters(clusters, rows)
    means, tries = task_means(rows), sum(map(len, rows))
    if kept is None or len(set(kept)) == len(kept):
        if len(means) > 1 and set(means) <= {0.0, 1.0}:
            return wilson(round(sum(means)), len(means))
        return _weighed(means, None, tries)
    return _weighed(means, kept, len(set(kept)))


def kept_clusters(clusters: Sequence[Hashable] | None, rows: Sequence[Sequence[float]]) -> Sequence[Hashable] | None:
    """Those of the tasks that have any value."""
    return None if clusters is None else [each for each, row in zip(clusters, rows, strict=True) if len(row)]


def _weighed(means: Sequence[float], clusters: Sequence[Hashable] | None, most: int) -> Estimate:
    """Wilson's interval for as many tries as the means are worth; `most` of them when they do not vary at all."""
    if not means:
        raise ValueError("no task, no mean")
    mean, found = sum(means) / len(means), spread(np.asarray(means, dtype=float), clusters)
    if found is None:
        return Estimate(value=mean, low=None, high=None, tasks=len(means))
    worth = mean * (1 - mean) / found.variance if found.variance else float(most)
    low, high = score_interval(mean, worth, students_quantile(found.freedom))
    return Estimate(value=mean, low=low, high=high, tasks=len(means))


def wilson(successes: int, n: int) -> Estimate:
    """Wilson's score interval for `successes` out of `n` independent tries."""
    share = successes / n
    low, high = score_interval(share, n, NORMAL)
    return Estimate(value=share, low=low, high=high, tasks=n)


def score_interval(share: float, n: float, quantile: float) -> tuple[float, float]:
    """Wilson's bounds. At 0 and 1 one of them is the share itself; rounding must not push it beyond."""
    weight = quantile * quantile / n
    centre = (share + weight / 2) / (1 + weight)
    reach = (share * (1 - share) * weight + weight * weight / 4) ** 0.5 / (1 + weight)
    return min(max(centre - reach, 0.0), share), max(min(centre + reach, 1.0), share)
