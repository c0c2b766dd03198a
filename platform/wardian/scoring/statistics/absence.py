"""Outcomes that nobody knows: between which bounds a mean lies whatever they were."""

from collections.abc import Iterable, Sequence

__all__ = ["worst_case", "worst_case_difference"]


def worst_case(outcomes: Iterable[tuple[Sequence[float], int]]) -> tuple[float, float]:
    """The mean over tasks if every missing outcome were 0, and if it were 1; each task: its outcomes, how many miss."""
    totals = [(sum(values), missing, len(values) + missing) for values, missing in outcomes if len(values) + missing]
    if not totals:
        return 0.0, 1.0
    low = sum(total / n for total, _, n in totals) / len(totals)
    high = sum((total + missing) / n for total, missing, n in totals) / len(totals)
    return low, high


def worst_case_difference(pairs: Iterable[Sequence[tuple[float | None, float | None]]]) -> tuple[float, float]:
    """The mean over tasks of first minus second, at its lowest and highest whatever the missing ones (None) were.

    Every task: its pairs of outcomes in [0, 1].
    """
    tasks = [task for task in pairs if task]
    if not tasks:
        return -1.0, 1.0
    low = sum(_mean_difference(task, 0.0, 1.0) for task in tasks) / len(tasks)
    high = sum(_mean_difference(task, 1.0, 0.0) for task in tasks) / len(tasks)
    return low, high


def _mean_difference(task: Sequence[tuple[float | None, float | None]], first: float, second: float) -> float:
    return sum((first if a is None else a) - (second if b is None else b) for a, b in task) / len(task)
