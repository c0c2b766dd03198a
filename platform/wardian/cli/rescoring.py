"""`wardian rescore`: the scores of a run anew, from its records; no episode is played."""

import asyncio
from contextlib import AsyncExitStack

from rich.console import Console

from wardian.base.clock import SystemClock
from wardian.base.errors import ConfigError
from wardian.base.watchdog import Watchdog
from wardian.cli.results import recorded, remark, show_outcome
from wardian.cli.wording import counted
from wardian.environments.packs import bundled_roots
from wardian.reports.difficulty import difficulty
from wardian.reports.failures.collection import FailureSink
from wardian.reports.failures.references import References
from wardian.reports.failures.sections import FEW, failures_markdown
from wardian.reports.sink import LeaderboardSink
from wardian.runs.executor import Sink
from wardian.runs.folder import RunFolder
from wardian.runs.holding import hold
from wardian.runs.journal import Journal
from wardian.runs.rescoring import current, rescore
from wardian.runs.sharing import SharingSink
from wardian.runs.supervision import Supervision
from wardian.scoring.trajectory import TrajectoryScorer
from wardian.storage.parquet_sink import ParquetSink

__all__ = ["rescore_run"]


def rescore_run(folder: RunFolder, *, as_json: bool) -> None:
    """Score all records of the run again, renew its tables and its leaderboard, and print that.

    Raises:
        ConfigError: when somebody plays the run, or nothing of it was played yet.
    """
    asyncio.run(_rescore(folder, Console(stderr=True)))
    show_outcome(recorded(folder), as_json=as_json)


async def _rescore(folder: RunFolder, console: Console) -> None:
    job = folder.job()
    if folder.unplayed:
        raise ConfigError(f"{folder.id}: there is no episode in it yet")
    watchdog = Watchdog()
    async with AsyncExitStack() as stack:
        await hold(folder.store, SystemClock())
        stack.callback(folder.store.release)
        journal = Journal(folder.store, job.durability)
        stack.push_async_callback(journal.close)
        stack.enter_context(watchdog.watching())
        judge = Supervision(watchdog, job.limits, TrajectoryScorer()).scored
        changed = await rescore(current(folder.latest), folder.load, judge, journal)
        episodes = await _renew(folder, console)
    console.print(f"{folder.id}: {counted(episodes, 'episode')} scored, {changed:,} otherwise than before")


async def _renew(folder: RunFolder, console: Console) -> int:
    """Write tables and leaderboard anew; how many episodes are in them."""
    job, restarted = folder.job(), sum(each.result.attempt > 1 for each in current(folder.latest))
    failing = FailureSink(References.of(job, bundled_roots()), folder.load)
    board = LeaderboardSink(
        folder.path,
        lambda: remark(folder.pause, restarted),
        levels=difficulty(job),
        appendix=lambda: failures_markdown(failing.failures, FEW),
    )
    tables = ParquetSink(folder.tables, folder.id, SystemClock(), folder.load)
    sinks: list[Sink] = [
        failing,
        SharingSink(tables, folder, console.print, "tables"),
        SharingSink(board, folder, console.print, "leaderboard.json", "leaderboard.md"),
    ]
    episodes = 0
    for finished in current(folder.latest):
        episodes += 1
        for sink in sinks:
            await sink.write(finished)
    for sink in sinks:
        await sink.close()
    return episodes
