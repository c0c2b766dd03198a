"""A tracker shows a run to the team while it goes on and afterwards."""

from pathlib import Path
from typing import Protocol

from wardian.scoring.finished import Finished
from wardian.tracking.summary import RunCard, RunSummary, Tracked

__all__ = ["NoTracker", "Tracker", "default_uri"]


class Tracker(Protocol):
    """A sink that also knows when the run starts and how it ended.

    No method raises for what a tracking server does, and `write` never waits for one.
    A resumed run gives it the earlier results again before the new ones.
    """

    async def start(self, card: RunCard) -> None:
        """Show the run; called once, before the first `write`."""
        ...

    async def write(self, finished: Finished) -> None:
        """Take one result."""
        ...

    async def close(self) -> None:
        """No more results come; `finish` follows."""
        ...

    async def finish(self, summary: RunSummary) -> Tracked:
        """Write the final numbers and artifacts; called once, at the very end."""
        ...


class NoTracker:
    """For jobs that say `tracking: {enabled: false}`."""

    async def start(self, card: RunCard) -> None:
        """Nothing to do."""

    async def write(self, finished: Finished) -> None:
        """Nothing to do."""

    async def close(self) -> None:
        """Nothing to do."""

    async def finish(self, summary: RunSummary) -> Tracked:
        """Nothing to see."""
        return Tracked()


def default_uri(output: Path) -> str:
    """The store of a job that names none: a sqlite file beside the runs, the same for all of them."""
    return f"sqlite:///{output.resolve() / 'mlflow.db'}"
