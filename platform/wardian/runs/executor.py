"""Who plays the episodes, and who takes the results."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from typing import Protocol

from wardian.episodes.record import EpisodeSpec
from wardian.scoring.score import Scored

__all__ = ["Executor", "Play", "Sink"]

Play = Callable[[EpisodeSpec], Awaitable[Scored]]
"""Plays and scores one episode; never raises for what happens inside it."""


class Executor(Protocol):
    """Plays many episodes at once; the generator of specs is pulled only when a slot is free."""

    def map(self, specs: Iterable[EpisodeSpec]) -> AsyncGenerator[Scored, None]:
        """The results in any order, one for every spec; a failed episode is data, never an exception."""
        ...


class Sink(Protocol):
    """Takes every result as it comes: journal, Parquet, MLflow, progress."""

    async def write(self, scored: Scored) -> None:
        """Take one result; called in completion order by one task only."""
        ...

    async def close(self) -> None:
        """Make everything taken so far final; called once, also when the run was interrupted."""
        ...
