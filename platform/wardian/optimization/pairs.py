"""Two arms on one task with one seed."""

from dataclasses import dataclass

from wardian.scoring.result import Result

__all__ = ["Pair", "value_of"]


@dataclass(frozen=True, slots=True)
class Pair:
    """The results of champion and candidate in the `number`-th draw, from 0."""

    number: int
    champion: Result
    candidate: Result

    def difference(self, metric: str) -> float | None:
        """Candidate minus champion; None where either is missing, or where the metric does not apply to both."""
        ours, theirs = value_of(self.candidate, metric), value_of(self.champion, metric)
        return None if ours is None or theirs is None else ours - theirs

    def lacks(self, metric: str) -> tuple[bool, bool]:
        """Whether champion and candidate lack a value: missing, or the metric applies to the other one alone."""
        theirs, ours = value_of(self.champion, metric), value_of(self.candidate, metric)
        champion, candidate = self.champion.missing is not None, self.candidate.missing is not None
        return champion or (theirs is None and ours is not None), candidate or (ours is None and theirs is not None)

    @property
    def task(self) -> str:
        """The task's key."""
        return f"{self.champion.environment}/{self.champion.task}"


def value_of(result: Result, metric: str) -> float | None:
    """The metric; 0 where the agent itself broke the episode before there was one. Somebody else's fault is missing."""
    found = result.values.get(metric)
    broken = found is None and result.missing is None and result.failure is not None
    return 0.0 if broken else found
