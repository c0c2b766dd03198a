"""Several tries of one task: what one of `k` achieves, and what all of them do."""

from math import comb

__all__ = ["pass_at", "pass_hat"]


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


def _enough(n: int, k: int) -> None:
    if not 1 <= k <= n:
        raise ValueError(f"{n} tries say nothing about {k}")
