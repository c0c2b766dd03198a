"""Which metrics tell successes from failures on this very run."""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from wardian.reports.standings import Calibration
from wardian.scoring import policy, progress, state
from wardian.scoring.attacks import ATTACK_UTILITY
from wardian.scoring.catalogue import CATALOGUE
from wardian.scoring.conversation import PREMATURE_END
from wardian.scoring.dead_ends import GAVE_UP
from wardian.scoring.efficiency import PATH_EFFICIENCY, SPL, VIRTUAL_S
from wardian.scoring.metric import Metric
from wardian.scoring.outcome import SCORE, SUCCESS
from wardian.scoring.result import Result
from wardian.scoring.statistics import auroc

__all__ = ["EpisodeValues", "calibration"]

PARTS: Final = frozenset(
    {
        *(metric.name for metric in (SCORE, PATH_EFFICIENCY, SPL, ATTACK_UTILITY, GAVE_UP, PREMATURE_END, VIRTUAL_S)),
        *(metric.name for family in (state, progress, policy) for metric in family.METRICS),
    }
)
"""Made of success, or of the changes and checks that decide it: that they agree with it says little."""

Numbers = NDArray[np.float64]
Task = tuple[str, str]
"""Environment and id."""


class EpisodeValues:
    """The metrics of one arm's episodes, one number each: eight bytes for every metric of every episode."""

    def __init__(self) -> None:
        self._numbers: dict[Task, int] = {}
        self._rows = array("q")
        self._columns: dict[str, array[float]] = {}

    def add(self, result: Result) -> None:
        """One more episode, which has an outcome."""
        row = len(self._rows)
        self._rows.append(self._numbers.setdefault((result.environment, result.task), len(self._numbers)))
        for metric, value in result.values.items():
            column = self._columns.setdefault(metric, array("d"))
            if len(column) < row:
                column.extend([np.nan] * (row - len(column)))
            column.append(value)

    @property
    def metrics(self) -> set[str]:
        """Those that applied to any episode."""
        return set(self._columns)

    def tasks(self, environment: str | None) -> list[Task]:
        """The task of every episode of `environment`, or of all."""
        named = list(self._numbers)
        return [named[row] for row in self._rows if environment in (None, named[row][0])]

    def column(self, metric: str, environment: str | None) -> Numbers:
        """The values of `metric` on the same episodes, NaN where it does not apply."""
        values = np.full(len(self._rows), np.nan)
        known = self._columns.get(metric, array("d"))
        values[: len(known)] = known
        inside = np.array([environment in (None, task[0]) for task in self._numbers], dtype=bool)
        return np.asarray(values[inside[np.array(self._rows, dtype=np.intp)]])


def calibration(
    arms: Mapping[str, EpisodeValues], environment: str | None, own: Sequence[Metric] = ()
) -> tuple[Calibration, ...]:
    """The table over all arms together, and over each when there are several; metrics without an AUROC are left out.

    `own` says of users' metrics which way they are better.
    """
    if not arms:
        return ()
    known = {name for arm in arms.values() for name in arm.metrics}
    names = [metric.name for metric in CATALOGUE if metric.name in known]
    names += sorted(known - {metric.name for metric in CATALOGUE})
    signs = {metric.name: -1.0 if metric.better == "lower" else 1.0 for metric in (*own, *CATALOGUE)}
    signed = {name: signs.get(name, 1.0) for name in names}
    rows = list(_rows(None, list(arms.values()), signed, environment))
    for arm, values in arms.items() if len(arms) > 1 else ():
        rows += _rows(arm, [values], signed, environment)
    return tuple(rows)


def _rows(
    arm: str | None, of: Sequence[EpisodeValues], signed: Mapping[str, float], environment: str | None
) -> Iterator[Calibration]:
    numbers: dict[Task, int] = {}
    tasks = np.array([numbers.setdefault(task, len(numbers)) for each in of for task in each.tasks(environment)])
    success = np.concatenate([each.column(SUCCESS.name, environment) for each in of]) == 1.0
    for name, sign in signed.items():
        values = np.concatenate([each.column(name, environment) for each in of])
        applies = ~np.isnan(values)
        if len(np.unique(values[applies])) < 2:
            continue  # what is always the same tells nothing from nothing
        found = auroc(sign * values[applies], success[applies], tasks[applies])
        if found is not None:
            yield Calibration(metric=name, arm=arm, episodes=int(applies.sum()), auroc=found, kin=_kin(name))


def _kin(metric: str) -> Literal["itself", "part"] | None:
    return "itself" if metric == SUCCESS.name else "part" if metric in PARTS else None
