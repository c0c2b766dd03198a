"""Two arms on one task with one seed."""

from dataclasses import dataclass

from wardian.scoring.result import Result

__all__ = ["Pair"]


@dataclass(frozen=True, slots=True)
class Pair:
    """The results of champion and candidate in the `number`-th draw, from 0."""

    number: int
    champion: Result
    candidate: Result

    def difference(self, metric: str) -> float | None:
        """Candidate minus champion; None where either is missing, for somebody else than the agent broke it."""
        ours, theirs = self.candidate.values.get(metric), self.champion.values.get(metric)
        return None if ours is None or theirs is None else ours - theirs

    @property
    def task(self) -> str:
        """The task's key."""
        return f"{self.champion.environment}/{self.champion.task}"
