"""Outcomes that nobody knows: between which bounds a mean lies whatever they were."""

from collections.abc import Iterable, Sequence

__all__ = ["worst_case"]


def worst_case(outcomes: Iterable[tuple[Sequence[float], int]]) -> tuple[float, float]:
    """The mean over tasks if every missing outcome were 0, and if it were 1; each task: its outcomes, how many miss."""
    totals = [(sum(values), missing, len(values) + missing) for values, missing in outcomes if len(values) + missing]
    if not totals:
        return 0.0, 1.0
    low = sum(total / n for total, _, n in totals) / len(totals)
    high = sum((total + missing) / n for total, missing, n in totals) / len(totals)
    return low, high
