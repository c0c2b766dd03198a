"""What has been counted of one arm on one task."""

from collections import Counter
from typing import Final

from wardian.base.errors import Cause
from wardian.scoring.panels import INCLUSION_RATE
from wardian.scoring.result import Result

__all__ = ["UNSTRUCK", "TaskTally", "Try"]

Try = tuple[int, int]
"""Seed and repeat: what two arms have in common on one task."""
UNSTRUCK: Final[tuple[str, ...]] = ()


class TaskTally:
    """The outcome of every try, what struck it, and sums of everything else.

    `members` are the names of the inclusion rates of a fusion's members.
    """

    def __init__(self, result: Result) -> None:
        self.environment = result.environment
        self.template = result.template
        self.persona = result.persona
        self.outcomes: dict[Try, float] = {}
        self.missing: dict[Try, Cause] = {}
        self.sums: dict[str, float] = {}
        self.counts: Counter[str] = Counter()
        self.members: set[str] = set()
        self._faults: dict[Try, tuple[str, ...]] = {}

    def add(self, result: Result) -> None:
        """Count `result`; a score replaces an earlier absence."""
        attempt = (result.seed, result.repeat)
        if result.missing is not None:
            self.missing[attempt] = result.missing
            return
        self.missing.pop(attempt, None)
        self.outcomes[attempt] = result.values["success"]
        if result.faults:
            self._faults[attempt] = result.faults
        members = {f"{INCLUSION_RATE.name}.{seat}": share for seat, share in result.inclusion.items()}
        self.members.update(members)
        for metric, value in {**result.values, **members}.items():
            self.sums[metric] = self.sums.get(metric, 0.0) + value
            self.counts[metric] += 1

    def knows(self, result: Result) -> bool:
        """Whether this try has an outcome already."""
        return (result.seed, result.repeat) in self.outcomes

    def mean(self, metric: str) -> float | None:
        """The mean over the tries to which `metric` applied."""
        return self.sums[metric] / self.counts[metric] if self.counts[metric] else None

    def faults(self, attempt: Try) -> tuple[str, ...]:
        """The kinds of faults that struck this try."""
        return self._faults.get(attempt, UNSTRUCK)

    def outcome(self, attempt: Try) -> float | None:
        """Success of this try; None when it is missing."""
        return self.outcomes.get(attempt)

    @property
    def planned(self) -> set[Try]:
        """All tries, those without an outcome too."""
        return {*self.outcomes, *self.missing}

    @property
    def tries(self) -> tuple[int, int]:
        """How many tries have an outcome, and how many of them succeeded."""
        return len(self.outcomes), sum(outcome == 1.0 for outcome in self.outcomes.values())
