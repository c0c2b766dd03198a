"""An episode that has ended: its numbers, and where its record is kept."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from wardian.base.store import Place
from wardian.scoring.result import Result
from wardian.scoring.score import Scored

__all__ = ["Finished", "LoadRecord"]


@dataclass(frozen=True, slots=True)
class Finished:
    """What an executor delivers and a sink takes.

    Args:
        result: the numbers.
        place: where its record stands in the run's store; None as long as nobody has put it there.
        record: the record itself, when it is at hand because it was played in this process.
        lease: how often the episode had been handed out when this came of it, from 1.
        verdict: where newer scores than those in the record stand; None as long as it was not scored again.
    """

    result: Result
    place: Place | None = None
    record: Scored | None = None
    lease: int = 1
    verdict: Place | None = None

    @classmethod
    def of(cls, scored: Scored) -> Self:
        """An episode that was played in this process."""
        return cls(Result.of(scored), record=scored)


LoadRecord = Callable[[Finished], Scored]
"""Finds the record of an episode, which may be a matter of reading a file."""
