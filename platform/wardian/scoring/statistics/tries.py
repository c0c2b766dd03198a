"""Several tries of one task: what one of `k` achieves, what all of them do, and how often two disagree."""

from collections.abc import Sequence
from itertools import combinations
from math import comb

__all__ = ["flip_rate", "flip_rate_between", "pass_at", "pass_hat"]


def pass_at(n: int, successes: int, k: int) -> float:
    """pass@k without bias: the chance that one of `k` tries succeeds, from `successes` out of `n`.

    Raises:
        ValueError: when there are fewer than `k` tries.
    """
    _enough(n, k)
    return 1.0 - comb(n - successes, k) / comb(n, k)


def pass_hat(n: int, successes: int, k: int) -> float:
    """pass^k without bias: the chance that all of `k` tries succeed, from `successes` out of `n`.

    Raises:
        ValueError: when there are fewer than `k` tries.
    """
    _enough(n, k)
    return comb(successes, k) / comb(n, k)


def flip_rate(n: int, successes: int) -> float:
    """The chance that two different tries of one task come out differently, without bias.

    Raises:
        ValueError: when there is one try only.
    """
    _enough(n, 2)
    return successes * (n - successes) / comb(n, 2)


def flip_rate_between(groups: Sequence[tuple[int, int]]) -> float:
    """The chance that tries of two different groups, each (how many, how many succeeded), come out differently.

    Raises:
        ValueError: when there are fewer than two groups.
    """
    if len(groups) < 2:
        raise ValueError("one group says nothing about others")
    shares = [successes / n for n, successes in groups]
    pairs = list(combinations(shares, 2))
    return sum(one * (1 - other) + other * (1 - one) for one, other in pairs) / len(pairs)


def _enough(n: int, k: int) -> None:
    if not 1 <= k <= n:
        raise ValueError(f"{n} tries say nothing about {k}")
