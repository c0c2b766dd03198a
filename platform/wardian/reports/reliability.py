"""How much an arm can be relied on: several tries of one task, and other users of a task like it."""

from collections.abc import Iterable, Sequence

from wardian.reports.standings import FlipRate, Reliability
from wardian.reports.task_tally import TaskTally
from wardian.scoring.statistics import Estimate, flip_rate, flip_rate_between, pass_at, pass_hat, proportion

__all__ = ["flip_rates", "reliability"]

Tries = tuple[int, int]
"""How many, and how many of them succeeded."""


def reliability(tries: Sequence[Tries]) -> tuple[Reliability, ...]:
    """pass@k and pass^k for k = 1, 2, 4, … and the most tries that a task has."""
    most = max((n for n, _ in tries), default=0)
    ks = sorted({2**power for power in range(most.bit_length()) if 2**power <= most} | {most} - {0})
    return tuple(_reliability_at(k, [(n, c) for n, c in tries if n >= k]) for k in ks)


def _reliability_at(k: int, tries: Sequence[Tries]) -> Reliability:
    return Reliability(
        k=k,
        any_of=_over(pass_at(n, successes, k) for n, successes in tries),
        all_of=_over(pass_hat(n, successes, k) for n, successes in tries),
    )


def flip_rates(tasks: Sequence[TaskTally]) -> tuple[FlipRate, ...]:
    """Over the tries of a task, and over the users of a template; what was never varied is left out."""
    tries = [flip_rate(n, successes) for n, successes in (task.tries for task in tasks) if n > 1]
    users = [flip_rate_between(groups) for groups in _by_user(tasks) if len(groups) > 1]
    rates = [FlipRate(over="tries", rate=_over(tries))] if tries else []
    return (*rates, *([FlipRate(over="users", rate=_over(users))] if users else []))


def _by_user(tasks: Iterable[TaskTally]) -> Iterable[list[Tries]]:
    """Template by template, the tries of its tasks with each kind of user."""
    templates: dict[tuple[str, str], dict[str, Tries]] = {}
    for task in tasks:
        n, successes = task.tries
        if n:
            users = templates.setdefault((task.environment, task.template), {})
            before = users.get(task.persona, (0, 0))
            users[task.persona] = before[0] + n, before[1] + successes
    return [list(users.values()) for users in templates.values()]


def _over(values: Iterable[float]) -> Estimate:
    return proportion([value] for value in values)
