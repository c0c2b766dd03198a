"""What two arms have in common: their episodes of the same task with the same seed."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from wardian.scoring.result import Result

__all__ = ["Pair", "Pairs", "Task"]

Task = tuple[str, str]
"""Environment and id."""
Episode = tuple[str, str, int, int]


class Pair(NamedTuple):
    """One task and seed, played by both arms."""

    before: Result
    after: Result

    def both(self, metric: str) -> tuple[float, float] | None:
        """The values of `metric`; None when it does not apply to one of the two, or one is missing."""
        before, after = self.before.values.get(metric), self.after.values.get(metric)
        return None if before is None or after is None else (before, after)

    @property
    def outcomes(self) -> tuple[float | None, float | None]:
        """Success of both, None where it is missing."""
        return self.before.values.get("success"), self.after.values.get("success")

    @property
    def flipped(self) -> bool:
        """Whether success is known of both, and another one."""
        before, after = self.outcomes
        return before is not None and after is not None and before != after

    @property
    def episodes(self) -> tuple[str, str]:
        """The keys of both episodes."""
        return self.before.episode, self.after.episode


class Pairs:
    """The episodes of two arms, put together by task and seed; what only one of them played is counted."""

    def __init__(self, before: Iterable[Result], after: Iterable[Result]) -> None:
        ours, theirs = _by_episode(before), _by_episode(after)
        self.tasks: dict[Task, list[Pair]] = {}
        for key in sorted(ours.keys() & theirs.keys()):
            self.tasks.setdefault(key[:2], []).append(Pair(ours[key], theirs[key]))
        self.alone = len(ours.keys() - theirs.keys()), len(theirs.keys() - ours.keys())

    def __len__(self) -> int:
        return sum(map(len, self.tasks.values()))

    def __iter__(self) -> Iterator[Pair]:
        for pairs in self.tasks.values():
            yield from pairs

    def of(self, metric: str) -> dict[Task, list[tuple[float, float]]]:
        """The pairs of values of `metric`, task by task, without tasks that have none."""
        found = {task: [both for pair in pairs if (both := pair.both(metric))] for task, pairs in self.tasks.items()}
        return {task: values for task, values in found.items() if values}

    @property
    def metrics(self) -> set[str]:
        """The metrics that apply to any episode of each side."""
        before = {name for pair in self for name in pair.before.values}
        return before & {name for pair in self for name in pair.after.values}

    @property
    def changed(self) -> tuple[str, ...]:
        """Environments that are not the same any more: their files or knobs differ."""
        return tuple(
            sorted({p.before.environment for p in self if p.before.environment_digest != p.after.environment_digest})
        )

    @property
    def same_agent(self) -> bool:
        """Whether both arms behave by the same words, model and settings."""
        return all(pair.before.arm_digest == pair.after.arm_digest != "" for pair in self)


def _by_episode(results: Iterable[Result]) -> dict[Episode, Result]:
    return {(each.environment, each.task, each.seed, each.repeat): each for each in results}
