"""Sums of money of which a part may be unknown."""

from collections.abc import Iterable

__all__ = ["total_usd"]


def total_usd(costs: Iterable[float | None]) -> float | None:
    """The sum of `costs`; None as soon as one is unknown, which is not the same as free."""
    total = 0.0
    for cost in costs:
        if cost is None:
            return None
        total += cost
    return total
