"""From the records of a run to its failures, each beside the reference's record where that says more."""

import asyncio
from collections.abc import Iterable

from wardian.episodes.hindsight.decisive import Hindsight
from wardian.reports.failures.diagnoses import Diagnoses
from wardian.reports.failures.hindsights import Hindsights
from wardian.reports.failures.lookback import Lookback
from wardian.reports.failures.references import References
from wardian.scoring.failures.report import Failures
from wardian.scoring.failures.tally import FailureTally
from wardian.scoring.finished import Finished, LoadRecord
from wardian.scoring.outcome import SUCCESS
from wardian.scoring.score import Scored

__all__ = ["FailureSink", "collect_failures"]


class FailureSink:
    """Counts the failures of a run while it goes on; a `Sink`.

    Args:
        references: of the run's tasks.
        load: finds records that are not at hand.
        lookback: finds the decisive steps of failed episodes, which takes a while; None: nobody asks for them.
    """

    def __init__(self, references: References, load: LoadRecord, lookback: Lookback | None = None) -> None:
        self._diagnoses = Diagnoses(references)
        self._lookback = lookback
        self._load = load
        self._tally = FailureTally()
        self.hindsights = Hindsights()
        """What looking back has shown so far."""

    async def write(self, finished: Finished) -> None:
        """Count one more episode."""
        scored = finished.record
        if scored is None:  # in a thread: where the record is in a bucket, that takes a while
            scored = await asyncio.to_thread(self._load, finished)
        await self.add(scored)

    async def add(self, scored: Scored) -> None:
        """Count one more record; the reference is only played for what needs it."""
        episode = scored.episode
        diagnosed = await self._diagnoses.of(scored)
        hindsight: Hindsight | str | None = None
        if self._lookback is not None and not episode.missing and not scored.value(SUCCESS.name):
            hindsight = await self._lookback.look(episode)
        if isinstance(hindsight, Hindsight):
            self.hindsights.note(episode, hindsight)
        self._tally.count(scored, diagnosed.symptoms, referenced=diagnosed.referenced, hindsight=hindsight)

    async def close(self) -> None:
        """Nothing is open."""

    @property
    def failures(self) -> Failures:
        """What has been counted so far."""
        return self._tally.failures()


async def collect_failures(results: Iterable[Finished], sink: FailureSink) -> Failures:
    """The failures of `results`, each episode once; one record in memory at a time."""
    for finished in results:
        await sink.write(finished)
    return sink.failures
