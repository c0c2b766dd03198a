"""The tracker for MLflow: fills the run's outbox, and lets a courier bring it to the store."""

from contextlib import suppress
from pathlib import Path

from wardian.base.clock import Clock
from wardian.base.errors import boundary
from wardian.scoring.finished import Finished
from wardian.tracking.courier import Courier
from wardian.tracking.delivery import Delivery
from wardian.tracking.mlflow_runs import MlflowRuns
from wardian.tracking.outbox import Opened, Outbox
from wardian.tracking.scribe import Scribe
from wardian.tracking.summary import TRACKED, RunCard, RunSummary, Tracked

__all__ = ["MlflowTracker", "note_tracked"]


class MlflowTracker:
    """A `Tracker` on the MLflow store at `uri`.

    A store that is slow, broken or absent costs the run nothing: what is missing there waits in the outbox, is said
    once in the `Tracked` that `finish` returns (also in `tracking.json`), and is delivered by `wardian sync`.

    Args:
        uri: of the store.
        clock: the time on the points.
        finish_timeout_s: how long the end of the run waits at most for a store that takes its time.
    """

    def __init__(self, uri: str, clock: Clock, *, finish_timeout_s: float = 30.0) -> None:
        self._uri = uri
        self._clock = clock
        self._finish_timeout_s = finish_timeout_s

    async def start(self, card: RunCard) -> None:
        """Let the thread import mlflow and open the runs; returns at once.

        Raises:
            ConfigError: when a `wardian sync` is at this run.
        """
        self._folder = card.folder
        self._outbox = Outbox(card.folder, card.url)
        self._outbox.hold()
        self._outbox.append(Opened(card=card, at_ms=self._now_ms()))
        self._scribe = Scribe(self._outbox, card)
        self._delivery = Delivery(self._outbox, self._uri, MlflowRuns)
        self._courier = Courier(self._delivery.deliver, self._delivery.shortfall.failed, self._outbox.release)
        self._courier.start()

    async def write(self, finished: Finished) -> None:
        """Add one result to the curves."""
        with boundary(self._delivery.shortfall.failed):  # a full disk is the journal's business
            self._scribe.add(finished.result)

    async def close(self) -> None:
        """Nothing yet: `finish` writes what waits."""

    async def finish(self, summary: RunSummary) -> Tracked:
        """Write the final numbers, the note and the artifacts, and end the runs."""
        with boundary(self._delivery.shortfall.failed):
            self._scribe.end(summary, self._now_ms())
        try:
            await self._courier.finish(self._finish_timeout_s)
        except TimeoutError:
            self._delivery.shortfall.late(f"not taken within {self._finish_timeout_s:.0f} s")
        tracked = self._delivery.tracked
        note_tracked(self._folder, tracked)
        return tracked

    def _now_ms(self) -> int:
        return int(self._clock.now() * 1000)


def note_tracked(folder: Path, tracked: Tracked) -> None:
    """Keep where the run in `folder` can be seen, if the disk takes it."""
    with suppress(OSError):
        (folder / TRACKED).write_text(tracked.model_dump_json(indent=2), encoding="utf-8")
