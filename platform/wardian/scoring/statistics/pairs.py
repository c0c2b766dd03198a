"""Two arms on the same tasks and seeds: how much they differ, and how likely that is by chance."""

from collections.abc import Hashable, Iterable, Sequence
from typing import Final

from scipy import special

from wardian.scoring.statistics.estimate import NORMAL, Estimate
from wardian.scoring.statistics.means import clustered_mean, kept_clusters, task_means
from wardian.scoring.statistics.permutation import sign_flip

__all__ = ["mcnemar", "paired_difference", "paired_p_value"]

SIGNS: Final = {-1.0, 0.0, 1.0}


def paired_difference(
    differences: Iterable[Sequence[float]],
    *,
    clusters: Sequence[Hashable] | None = None,
    graded: bool = False,
    bounds: tuple[float, float] | None = None,
) -> Estimate:
    """The mean difference of pairs of outcomes in [0, 1], given task by task; `clusters` as in `clustered_mean`.

    Bonett and Price over the tasks when each of them is plainly better, worse or equal and stands for itself, which
    stays honest where few tasks differ; otherwise Student's t. Of `graded` values no task is plain, and
    their differences have the `bounds` that are given.
    Clusters that are all alike do not make it surer than tasks that stand for themselves.
    """
    rows = list(differences)
    means = task_means(rows)
    if graded or clusters is not None:
        kept = kept_clusters(clusters, rows)
        found = clustered_mean(means, clusters=kept, bounds=bounds if graded else (-1.0, 1.0))
        if graded or found.low is not None or len(set(kept or ())) < 2:
            return found
    if means and set(means) <= SIGNS:
        return _bonett_price(means.count(1.0), means.count(-1.0), len(means))
    return clustered_mean(means, bounds=(-1.0, 1.0))


def _bonett_price(better: int, worse: int, n: int) -> Estimate:
    """Bonett and Price (2012): a Wald interval for paired proportions, with one pair added to each side."""
    plus, minus = (better + 1) / (n + 2), (worse + 1) / (n + 2)
    reach = NORMAL * ((plus + minus - (plus - minus) ** 2) / (n + 2)) ** 0.5
    low, high = max(plus - minus - reach, -1.0), min(plus - minus + reach, 1.0)
    value = (better - worse) / n
    return Estimate(value=value, low=min(low, value), high=max(high, value), tasks=n)


def paired_p_value(differences: Iterable[Sequence[float]]) -> float:
    """How likely a difference as large is when there is none.

    McNemar over the tasks when each of them is plainly better, worse or equal; otherwise every task's mean may have
    had the other sign.
    """
    means = task_means(differences)
    if set(means) <= SIGNS:
        return mcnemar(means.count(1.0), means.count(-1.0))
    return sign_flip(means)


def mcnemar(better: int, worse: int) -> float:
    """The exact two-sided p-value of McNemar's test from the pairs that differ."""
    n = better + worse
    return min(1.0, 2.0 * float(special.bdtr(min(better, worse), n, 0.5))) if n else 1.0
