"""Means over tasks, with intervals."""

from collections.abc import Iterable, Sequence

import numpy as np

from wardian.scoring.statistics.estimate import NORMAL, Estimate, students_quantile

__all__ = ["clustered_mean", "proportion", "task_means", "wilson"]


def task_means(rows: Iterable[Sequence[float]]) -> list[float]:
    """The mean of every task that has any value."""
    return [sum(values) / len(values) for values in rows if len(values)]


def clustered_mean(means: Sequence[float], *, bounds: tuple[float, float] | None = None) -> Estimate:
    """The mean of one mean per task, with Student's t over the tasks; `bounds` clips the interval.

    Raises:
        ValueError: when there is no task.
    """
    values = np.asarray(means, dtype=float)
    if not len(values):
        raise ValueError("no task, no mean")
    mean = float(values.mean())
    if len(values) == 1:
        return Estimate(value=mean, low=None, high=None, tasks=1)
    error = float(values.std(ddof=1)) / len(values) ** 0.5
    reach = students_quantile(len(values) - 1) * error
    low, high = (-np.inf, np.inf) if bounds is None else bounds
    return Estimate(value=mean, low=max(mean - reach, low), high=min(mean + reach, high), tasks=len(values))


def proportion(outcomes: Iterable[Sequence[float]]) -> Estimate:
    """The mean of outcomes in [0, 1], given task by task.

    Plain Wilson over the tasks when each of them is a plain yes or no (a single try, or tries that agree).
    Otherwise Wilson's interval with Student's quantile and as many tries as the task means, by how much
    they vary, are worth. Near 0 and 1 Student's interval covers 90 to 93 %, this one 94 to 96 %.
    """
    rows = [values for values in outcomes if len(values)]
    means = task_means(rows)
    if means and set(means) <= {0.0, 1.0}:
        return wilson(round(sum(means)), len(means))
    plain = clustered_mean(means)
    if plain.low is None:
        return plain
    variance = float(np.var(means, ddof=1)) / len(means)
    worth = plain.value * (1 - plain.value) / variance if variance else float(sum(map(len, rows)))
    low, high = _score_interval(plain.value, worth, students_quantile(len(means) - 1))
    return Estimate(value=plain.value, low=low, high=high, tasks=len(means))


def wilson(successes: int, n: int) -> Estimate:
    """Wilson's score interval for `successes` out of `n` independent tries."""
    share = successes / n
    low, high = _score_interval(share, n, NORMAL)
    return Estimate(value=share, low=low, high=high, tasks=n)


def _score_interval(share: float, n: float, quantile: float) -> tuple[float, float]:
    """Wilson's bounds. At 0 and 1 one of them is the share itself; rounding must not push it beyond."""
    weight = quantile * quantile / n
    centre = (share + weight / 2) / (1 + weight)
    reach = (share * (1 - share) * weight + weight * weight / 4) ** 0.5 / (1 + weight)
    return min(max(centre - reach, 0.0), share), max(min(centre + reach, 1.0), share)
