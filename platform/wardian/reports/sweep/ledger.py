"""The results of a sweep as one table: an arm in each row, a cell in each column."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from wardian.scoring.result import Result

__all__ = ["Ledger"]

Numbers = NDArray[np.float64]
Cell = tuple[str, str, int]
"""Environment, task, and how many times before the task was planned."""


class Ledger:
    """What is known of the episodes of these arms.

    Args:
        arms: the rows.
        metric: what is compared.
        results: of the run; those of other arms are left out.
    """

    def __init__(self, arms: Sequence[str], metric: str, results: Iterable[Result]) -> None:
        rows = {arm: number for number, arm in enumerate(arms)}
        own = [each for each in results if each.arm in rows]
        cells = {cell: number for number, cell in enumerate(sorted({_cell(each) for each in own}))}
        tasks = {task: number for number, task in enumerate(sorted({cell[:2] for cell in cells}))}
        size = len(arms), len(cells)
        self.values: Numbers = np.full(size, np.nan)
        """The metric; NaN where there is none."""
        self.costs: Numbers = np.full(size, np.nan)
        """US dollars; NaN where a price is unknown."""
        self.played = np.zeros(size, dtype=bool)
        """Whether there is a result, be it a missing one."""
        self.tasks = np.array([tasks[cell[:2]] for cell in cells], dtype=np.intp)
        """The task of each column, as a number."""
        self.simulated = bool(own) and all(each.simulated for each in own)
        """Whether nobody else than simulators answered."""
        for each in own:
            place = rows[each.arm], cells[_cell(each)]
            self.played[place] = True
            self.values[place] = each.values.get(metric, np.nan)
            self.costs[place] = np.nan if each.cost_usd is None else each.cost_usd

    def together(self, rows: Sequence[int]) -> NDArray[np.bool_]:
        """The columns that all of these rows have played."""
        return np.asarray(self.played[list(rows)].all(axis=0))

    def by_task(self, values: Numbers, columns: NDArray[np.bool_]) -> Numbers:
        """The mean over each task's columns of one row, without tasks that have no value."""
        chosen = columns & ~np.isnan(values)
        labels, places = np.unique(self.tasks[chosen], return_inverse=True)
        counts = np.bincount(places, minlength=len(labels))
        return np.asarray(np.bincount(places, weights=values[chosen], minlength=len(labels)) / counts)

    def rows_by_task(self, rows: Sequence[int], columns: NDArray[np.bool_]) -> Numbers:
        """One row of task means for each of `rows`; what is missing is taken to be like the others' mean there."""
        values = self.values[np.ix_(np.array(rows, dtype=np.intp), np.flatnonzero(columns))]
        there = ~np.isnan(values)
        usual = np.where(there, values, 0.0).sum(axis=0) / np.maximum(there.sum(axis=0), 1)
        filled = np.where(there, values, usual)
        labels, places = np.unique(self.tasks[columns], return_inverse=True)
        counts = np.bincount(places, minlength=len(labels))
        return np.array([np.bincount(places, weights=row, minlength=len(labels)) / counts for row in filled])


def _cell(result: Result) -> Cell:
    return result.environment, result.task, result.repeat
