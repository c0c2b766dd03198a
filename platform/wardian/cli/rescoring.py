"""`wardian rescore`: the scores of a run anew, from its records; no episode is played."""

import asyncio
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack

from rich.console import Console

from wardian.base.clock import SystemClock
from wardian.base.errors import ConfigError
from wardian.base.frozen import Frozen
from wardian.base.watchdog import Watchdog
from wardian.cli.exits import INCOMPLETE
from wardian.cli.results import recorded, remark, show_outcome
from wardian.cli.wording import counted
from wardian.reports.background import Background
from wardian.reports.sink import LeaderboardSink
from wardian.runs.executor import Sink
from wardian.runs.folder import RunFolder
from wardian.runs.holding import hold
from wardian.runs.journal import Journal
from wardian.runs.rescoring import current, rescore
from wardian.runs.sharing import SharingSink
from wardian.runs.supervision import Supervision
from wardian.scoring.opening import opened_scorers
from wardian.scoring.own import Scorers
from wardian.specs.names import nearest
from wardian.storage.parquet_sink import ParquetSink

__all__ = ["rescore_run", "scorers_of"]


class Rescored(Frozen):
    """How many episodes were scored, and how many of them otherwise than before."""

    episodes: int
    changed: int


def rescore_run(folder: RunFolder, scorers: Sequence[str], without: Sequence[str] = (), *, as_json: bool) -> None:
    """Score all records of the run again, renew its tables and its leaderboard, and print that.

    The exit code is that of a run which is not complete when a scorer broke.

    Args:
        folder: of the run.
        scorers: users' own that score it from now on, beside those of its job.
        without: those of its job that score it no more.
        as_json: whether programs read it.

    Raises:
        ConfigError: when somebody plays the run, nothing of it was played yet, or a scorer cannot be had.
    """
    names = _names(folder, scorers, without)
    rescored = asyncio.run(_rescore(folder, names, Console(stderr=True)))
    outcome = recorded(folder)
    show_outcome(outcome, as_json=as_json, more={"rescored": rescored.model_dump()})
    if outcome.ungraded:
        sys.exit(INCOMPLETE)


def scorers_of(folder: RunFolder, names: Sequence[str]) -> Scorers:
    """The scorers of a run.

    Raises:
        ConfigError: when one cannot be had; it says how the run goes on without one of its own.
    """
    try:
        return opened_scorers(names)
    except ConfigError as error:
        if not folder.job().scorers:
            raise
        hint = f"`wardian rescore {folder.argument} --without SCORER` goes on without it"
        raise ConfigError(f"{error}; {hint}") from error


def _names(folder: RunFolder, added: Sequence[str], without: Sequence[str]) -> tuple[str, ...]:
    known = folder.job().scorers
    for name in without:
        if name not in known:
            raise ConfigError(f"--without {name}: the run has no such scorer; {nearest(name, known)}")
    return tuple(dict.fromkeys((*(name for name in known if name not in without), *added)))


async def _rescore(folder: RunFolder, names: tuple[str, ...], console: Console) -> Rescored:
    job = folder.job()
    scorers = scorers_of(folder, names)
    if folder.unplayed:
        raise ConfigError(f"{folder.id}: there is no episode in it yet")
    watchdog = Watchdog()
    async with AsyncExitStack() as stack:
        await hold(folder.store, SystemClock())
        stack.callback(folder.store.release)
        journal = Journal(folder.store, job.durability)
        stack.push_async_callback(journal.close)
        folder.record(job.model_copy(update={"scorers": names}))
        folder.note_scorers(scorers.cards)
        stack.enter_context(watchdog.watching())
        judge = Supervision(watchdog, job.limits, scorers).scored
        changed = await rescore(current(folder.latest), folder.load, judge, journal)
        episodes = await _renew(folder, console)
    console.print(f"{folder.id}: {counted(episodes, 'episode')} scored, {changed:,} otherwise than before")
    return Rescored(episodes=episodes, changed=changed)


async def _renew(folder: RunFolder, console: Console) -> int:
    """Write tables and leaderboard anew; how many episodes are in them."""
    job, restarted = folder.job(), sum(each.result.attempt > 1 for each in current(folder.latest))
    board = LeaderboardSink(
        folder.path,
        lambda: remark(folder.pause, restarted),
        Background.of(job, folder.metrics),
    )
    tables = ParquetSink(folder.tables, folder.id, SystemClock(), folder.load)
    sinks: list[Sink] = [
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
