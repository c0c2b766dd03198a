"""How many tasks it takes to see a difference, and what a number of tasks can see."""

from collections.abc import Iterable, Sequence
from math import ceil
from typing import Final, Self

import numpy as np
from scipy import special

from wardian.base.frozen import Frozen
from wardian.scoring.statistics.estimate import NORMAL

__all__ = ["POWER", "TYPICAL", "Power", "Variation"]

POWER: Final = 0.8
"""How often a difference that is there is to be seen, at a level of 5 %."""
REACH: Final = (NORMAL + float(special.ndtri(POWER))) ** 2


class Power(Frozen):
    """The smallest difference that so many tasks and repeats show, and how many tasks show a `wished` one."""

    tasks: int
    repeats: int
    visible: float
    wished: float
    needed: int


class Variation(Frozen):
    """What makes the difference of two arms vary, as variances of one pair of outcomes.

    `tasks`: some tasks favour one arm, others the other. `tries`: the same task comes out differently when it is tried
    again, which more repeats average out.
    """

    tasks: float
    tries: float

    @classmethod
    def of(cls, differences: Iterable[Sequence[float]]) -> Self | None:
        """As it was in these differences, given task by task; None when there is one task only.

        Without bias, but no variance is less than nothing. When no task has several pairs everything counts as that of
        tasks, which is right for one repeat and too much for more.
        """
        rows = [np.asarray(row, dtype=float) for row in differences if len(row)]
        if len(rows) < 2:
            return None
        repeated = [float(row.var(ddof=1)) for row in rows if len(row) > 1]
        within = sum(repeated) / len(repeated) if repeated else 0.0
        between = float(np.var([row.mean() for row in rows], ddof=1))
        share = sum(1 / len(row) for row in rows) / len(rows)
        return cls(tasks=max(0.0, between - within * share), tries=within)

    def tasks_for(self, difference: float, repeats: int) -> int:
        """How many tasks, each tried `repeats` times by both arms, show a `difference` in 80 % of the cases."""
        return max(2, ceil(REACH * self._each(repeats) / difference**2))

    def visible(self, tasks: int, repeats: int) -> float:
        """The smallest difference that so many tasks show in 80 % of the cases."""
        return float((REACH * self._each(repeats) / tasks) ** 0.5)

    def power(self, tasks: int, repeats: int, wished: float) -> Power:
        """What `tasks` and `repeats` are good for."""
        return Power(
            tasks=tasks,
            repeats=repeats,
            visible=self.visible(tasks, repeats),
            wished=wished,
            needed=self.tasks_for(wished, repeats),
        )

    def _each(self, repeats: int) -> float:
        return self.tasks + self.tries / repeats


TYPICAL: Final = Variation(tasks=1 / 9, tries=1 / 3)
"""Before anything was played: chances of success spread evenly from 0 to 1 over the tasks, those of the two arms
correlated by 1/3."""
