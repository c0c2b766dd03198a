"""Who plays the episodes, and who takes the results."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Protocol

from wardian.episodes.record import EpisodeSpec
from wardian.runs.gauges import WorkerGauge
from wardian.runs.lull import Lull
from wardian.scoring.finished import Finished
from wardian.scoring.score import Scored

__all__ = ["Deliver", "Executor", "Planned", "Play", "Sink", "WatchableExecutor"]

Play = Callable[[EpisodeSpec], Awaitable[Scored]]
"""Plays and scores one episode; never raises for what happens inside it."""

Planned = EpisodeSpec | Lull
"""What a plan yields: an episode, or that there is none for the moment because the plan still grows."""

Deliver = Callable[[Finished], Awaitable[None]]
"""Takes one result. Waiting for it holds the slot, so slow sinks slow the run down instead of filling memory."""


class Executor(Protocol):
    """Plays many episodes at once; the iterable of specs is pulled only when a slot is free."""

    async def play_all(self, specs: Iterable[Planned], deliver: Deliver) -> None:
        """Deliver one result for every spec, in any order; a failed episode is data, never an exception.

        Where `specs` has a lull, a free slot waits until that is over and pulls again.
        """
        ...


class WatchableExecutor(Executor, Protocol):
    """An executor with a window, for `WatchedExecutor`."""

    async def workers(self) -> Sequence[WorkerGauge]:
        """What goes on at the processes that play, as far as they answer at once."""
        ...


class Sink(Protocol):
    """Takes every result as it comes: journal, Parquet, MLflow, progress."""

    async def write(self, finished: Finished) -> None:
        """Take one result; called one at a time, but for the first sink of a run."""
        ...

    async def close(self) -> None:
        """Make everything taken so far final; called once, also when the run was interrupted."""
        ...
