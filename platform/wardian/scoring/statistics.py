"""Means, differences and reliability with honest intervals.

The unit is the task, never the row: repeats of one task are alike, and taking them for independent
gives intervals that cover 80 % when they say 95 %. All estimands weigh every task the same.
"""

from collections.abc import Iterable, Sequence
from math import comb

import numpy as np
from scipy import special

from wardian.base.frozen import Frozen

__all__ = [
    "Estimate",
    "clustered_mean",
    "holm",
    "mcnemar",
    "paired_difference",
    "paired_p_value",
    "pass_at",
    "pass_hat",
    "proportion",
    "wilson",
    "worst_case",
]

LEVEL = 0.95
SIGNS = {-1.0, 0.0, 1.0}


class Estimate(Frozen):
    """A number with its 95 % interval over `tasks` tasks; the bounds are None when one task is all there is."""

    value: float
    low: float | None
    high: float | None
    tasks: int


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
    reach = float(special.stdtrit(len(values) - 1, (1 + LEVEL) / 2)) * error
    low, high = (-np.inf, np.inf) if bounds is None else bounds
    return Estimate(value=mean, low=max(mean - reach, low), high=min(mean + reach, high), tasks=len(values))


def proportion(outcomes: Iterable[Sequence[float]]) -> Estimate:
    """The mean of outcomes in [0, 1], given task by task.

    Plain Wilson over the tasks when each of them is a plain yes or no (a single try, or tries that agree).
    Otherwise Wilson's interval with Student's quantile and as many tries as the task means, by how much
    they vary, are worth. Near 0 and 1 Student's interval covers 90 to 93 %, this one 94 to 96 %.
    """
    rows = [values for values in outcomes if len(values)]
    means = _task_means(rows)
    if means and set(means) <= {0.0, 1.0}:
        return wilson(round(sum(means)), len(means))
    plain = clustered_mean(means)
    if plain.low is None:
        return plain
    variance = float(np.var(means, ddof=1)) / len(means)
    worth = plain.value * (1 - plain.value) / variance if variance else float(sum(map(len, rows)))
    low, high = _score_interval(plain.value, worth, float(special.stdtrit(len(means) - 1, (1 + LEVEL) / 2)))
    return Estimate(value=plain.value, low=low, high=high, tasks=len(means))


def _task_means(rows: Iterable[Sequence[float]]) -> list[float]:
    """The mean of every task that has any value."""
    return [sum(values) / len(values) for values in rows if len(values)]


def wilson(successes: int, n: int) -> Estimate:
    """Wilson's score interval for `successes` out of `n` independent tries."""
    share = successes / n
    low, high = _score_interval(share, n, float(special.ndtri((1 + LEVEL) / 2)))
    return Estimate(value=share, low=low, high=high, tasks=n)


def _score_interval(share: float, n: float, quantile: float) -> tuple[float, float]:
    """Wilson's bounds. At 0 and 1 one of them is the share itself; rounding must not push it beyond."""
    weight = quantile * quantile / n
    centre = (share + weight / 2) / (1 + weight)
    reach = (share * (1 - share) * weight + weight * weight / 4) ** 0.5 / (1 + weight)
    return min(max(centre - reach, 0.0), share), max(min(centre + reach, 1.0), share)


def paired_difference(differences: Iterable[Sequence[float]]) -> Estimate:
    """The mean difference of pairs of outcomes in [0, 1], given task by task.

    Bonett and Price over the tasks when each of them is plainly better, worse or equal, which stays
    honest where few tasks differ; otherwise Student's t.
    """
    means = _task_means(differences)
    if means and set(means) <= SIGNS:
        return _bonett_price(means.count(1.0), means.count(-1.0), len(means))
    return clustered_mean(means, bounds=(-1.0, 1.0))


def _bonett_price(better: int, worse: int, n: int) -> Estimate:
    """Bonett and Price (2012): a Wald interval for paired proportions, with one pair added to each side."""
    plus, minus = (better + 1) / (n + 2), (worse + 1) / (n + 2)
    reach = float(special.ndtri((1 + LEVEL) / 2)) * ((plus + minus - (plus - minus) ** 2) / (n + 2)) ** 0.5
    low, high = max(plus - minus - reach, -1.0), min(plus - minus + reach, 1.0)
    value = (better - worse) / n
    return Estimate(value=value, low=min(low, value), high=max(high, value), tasks=n)


def paired_p_value(differences: Iterable[Sequence[float]]) -> float:
    """How likely a difference as large is when there is none.

    McNemar over the tasks when each of them is plainly better, worse or equal; otherwise the paired t-test.
    """
    means = _task_means(differences)
    if set(means) <= SIGNS:
        return mcnemar(means.count(1.0), means.count(-1.0))
    error = float(np.std(means, ddof=1)) / len(means) ** 0.5 if len(means) > 1 else 0.0
    if not error:
        return mcnemar(sum(mean > 0 for mean in means), sum(mean < 0 for mean in means))
    return float(2 * special.stdtr(len(means) - 1, -abs(sum(means) / len(means)) / error))


def mcnemar(better: int, worse: int) -> float:
    """The exact two-sided p-value of McNemar's test from the pairs that differ."""
    n = better + worse
    return min(1.0, 2.0 * float(special.bdtr(min(better, worse), n, 0.5))) if n else 1.0


def holm(p_values: Sequence[float]) -> list[float]:
    """The p-values adjusted for their number by Holm's step-down method, in the order given."""
    adjusted, floor = [0.0] * len(p_values), 0.0
    for rank, index in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        floor = max(floor, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = floor
    return adjusted


def pass_at(n: int, successes: int, k: int) -> float:
    """pass@k without bias: the chance that one of `k` tries succeeds, from `successes` out of `n`."""
    _enough(n, k)
    return 1.0 - comb(n - successes, k) / comb(n, k)


def pass_hat(n: int, successes: int, k: int) -> float:
    """pass^k without bias: the chance that all of `k` tries succeed, from `successes` out of `n`."""
    _enough(n, k)
    return comb(successes, k) / comb(n, k)


def _enough(n: int, k: int) -> None:
    if not 1 <= k <= n:
        raise ValueError(f"{n} tries say nothing about {k}")


def worst_case(outcomes: Iterable[tuple[Sequence[float], int]]) -> tuple[float, float]:
    """The mean over tasks if every missing outcome were 0, and if it were 1; each task: its outcomes, how many miss."""
    totals = [(sum(values), missing, len(values) + missing) for values, missing in outcomes if len(values) + missing]
    if not totals:
        return 0.0, 1.0
    low = sum(total / n for total, _, n in totals) / len(totals)
    high = sum((total + missing) / n for total, missing, n in totals) / len(totals)
    return low, high
