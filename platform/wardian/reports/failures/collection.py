"""From the records of a run to its failures."""

from collections.abc import Iterable

from wardian.reports.failures.references import References
from wardian.scoring.failures.report import Failures
from wardian.scoring.failures.tally import FailureTally
from wardian.scoring.score import Scored

__all__ = ["collect_failures"]


async def collect_failures(records: Iterable[Scored], references: References) -> Failures:
    """The failures of `records`, each episode once; one record in memory at a time."""
    tally = FailureTally()
    for scored in records:
        tally.add(scored, await references.record(scored.episode.spec))
    return tally.failures()
