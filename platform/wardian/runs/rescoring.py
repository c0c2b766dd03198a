"""Scoring a run again from its records: no episode is played."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from itertools import islice
from typing import Final

from wardian.episodes.record import Episode
from wardian.runs.journal import Journal
from wardian.scoring.finished import Finished, LoadRecord
from wardian.scoring.score import Scored

__all__ = ["Judge", "current", "rescore"]

BATCH: Final = 100
"""Results whose new scores are written at once: a store may be far away."""

Judge = Callable[[Episode], Awaitable[Scored]]
"""Scores one episode; never raises for what goes wrong in a scorer."""

Judged = tuple[Finished, Scored]
"""A result, and its episode with other scores."""


async def rescore(finished: Iterable[Finished], load: LoadRecord, judge: Judge, journal: Journal) -> int:
    """Let `judge` score these results again; what it says otherwise than before goes into the journal.

    Returns:
        How many have other scores now.
    """
    results, changed = iter(finished), 0
    while batch := list(islice(results, BATCH)):
        judged = [(each, scored) async for each, scored in _different(batch, load, judge)]
        if judged:
            await journal.amend(judged)
        changed += len(judged)
    return changed


async def _different(batch: Iterable[Finished], load: LoadRecord, judge: Judge) -> AsyncIterator[Judged]:
    for each in batch:
        before = load(each)
        after = await judge(before.episode)
        if after.verdict != before.verdict:
            yield each, after


def current(results: Callable[[], Iterable[Finished]]) -> Iterator[Finished]:
    """Those of `results` that have a record and are of environments and arms as they were played last.

    A pack or an arm may have changed before the run went on: what it was before counts nowhere.
    """
    environments: dict[str, str] = {}
    arms: dict[str, str] = {}
    for result in (each.result for each in results()):
        environments[result.environment] = result.environment_digest
        arms[result.arm] = result.arm_digest
    for each in results():
        result = each.result
        same = (environments[result.environment], arms[result.arm]) == (result.environment_digest, result.arm_digest)
        if same and each.place is not None:
            yield each
