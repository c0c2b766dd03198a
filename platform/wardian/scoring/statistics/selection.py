"""Choosing one of several tries by a number that is known without knowing which of them succeeded."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from math import comb

__all__ = ["selected_at"]

Try = tuple[float, float]
"""The number by which it is chosen, the larger the better, and its success (0 or 1)."""


def selected_at(tries: Sequence[Try], k: int) -> float:
    """Best-of-k without bias: the success of the try with the largest number, over all choices of `k` of the `tries`.

    Among tries with equal numbers each is as likely.

    Raises:
        ValueError: when there are fewer than `k` tries.
    """
    if not 1 <= k <= len(tries):
        raise ValueError(f"{len(tries)} tries say nothing about {k}")
    left, expected = len(tries), 0.0
    for successes in _alike(tries):
        chance = (comb(left, k) - comb(left - len(successes), k)) / comb(len(tries), k)
        expected += chance * sum(successes) / len(successes)
        left -= len(successes)
    return expected


def _alike(tries: Iterable[Try]) -> Iterable[list[float]]:
    """Successes of tries with equal numbers, the best first."""
    ordered = sorted(tries, key=lambda each: -each[0])
    return ([success for _, success in group] for _, group in groupby(ordered, key=lambda each: each[0]))
