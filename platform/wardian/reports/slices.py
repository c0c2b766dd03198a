"""Success told apart: by environment, template, user, difficulty and fault."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, get_args

from wardian.reports.standings import Dimension, Slice
from wardian.reports.task_tally import TaskTally, Try
from wardian.scoring.statistics import proportion

__all__ = ["NO_FAULT", "slices"]

NO_FAULT: Final = "none"

Names = Callable[[TaskTally, Try], Iterable[str]]
"""The slices that a try is in."""


def slices(tasks: Sequence[TaskTally], levels: Mapping[str, str]) -> tuple[Slice, ...]:
    """One for each part that has an outcome, dimension by dimension; none where all episodes are alike.

    `levels` says how difficult the environments are, see `wardian.reports.difficulty`.
    """
    several = len({task.environment for task in tasks}) > 1

    def template(task: TaskTally, _: Try) -> Iterable[str]:
        return [f"{task.environment}/{task.template}" if several else task.template]

    names: dict[Dimension, Names] = {
        "environment": lambda task, _: [task.environment],
        "template": template,
        "persona": lambda task, _: [task.persona],
        "difficulty": lambda task, _: [levels[task.environment]] if task.environment in levels else [],
        "fault": lambda task, attempt: task.faults(attempt) or [NO_FAULT],
    }
    return tuple(part for by in get_args(Dimension) for part in _by(by, names[by], tasks))


def _by(by: Dimension, names: Names, tasks: Iterable[TaskTally]) -> Iterator[Slice]:
    parts: dict[str, list[list[float]]] = {}
    for task in tasks:
        for name, outcomes in _parted(task, names).items():
            parts.setdefault(name, []).append(outcomes)
    for name, rows in sorted(parts.items()) if len(parts) > 1 else ():
        yield Slice(by=by, name=name, episodes=sum(map(len, rows)), tasks=len(rows), success=proportion(rows))


def _parted(task: TaskTally, names: Names) -> dict[str, list[float]]:
    """The outcomes of a task's tries by the slices that they are in."""
    parted: dict[str, list[float]] = {}
    for attempt, outcome in task.outcomes.items():
        for name in names(task, attempt):
            parted.setdefault(name, []).append(outcome)
    return parted
