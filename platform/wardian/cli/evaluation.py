"""One evaluation from a job to its leaderboard: opens what it needs, runs, closes, and says what came out."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from rich.console import Console

from wardian.assembly import WorkOrder, budget_places
from wardian.base.clock import SystemClock
from wardian.base.errors import ConfigError
from wardian.cli.executors import open_executor
from wardian.cli.interruption import Interruption
from wardian.cli.progress import ProgressSink
from wardian.cli.report_page import keep_report
from wardian.cli.rescoring import scorers_of
from wardian.cli.results import Outcome, remark
from wardian.cli.sampling import sampled_traces
from wardian.cli.telemetry import span_sinks
from wardian.cli.tracking import fetch_outbox, open_tracker, run_card, run_summary
from wardian.environments.packs import bundled_roots, load_packs
from wardian.models.endpoint import RunningServer
from wardian.reports.background import Background
from wardian.reports.sink import LeaderboardSink
from wardian.runs.executor import Executor, Sink, WatchableExecutor
from wardian.runs.folder import RunFolder
from wardian.runs.holding import hold
from wardian.runs.journal import Journal
from wardian.runs.keys import Keys
from wardian.runs.leases.tenure import Tenure
from wardian.runs.pausing import Pause, PausingExecutor
from wardian.runs.plan import Plan
from wardian.runs.run import run_job
from wardian.runs.sharing import SharingSink, try_to_share
from wardian.runs.watch import StatusSink, WatchedExecutor
from wardian.servers import running_servers
from wardian.specs.job import JobSpec
from wardian.specs.places import spell
from wardian.storage.parquet_sink import ParquetSink
from wardian.tracking.summary import TRACKED, RunStatus
from wardian.tracking.tracker import Tracker

__all__ = ["Host", "evaluate"]

SHARED: Final = ("leaderboard.json", "leaderboard.md", "outbox", TRACKED, "logs")
"""What a run leaves beside its tables, and others look for."""


@dataclass(frozen=True)
class Host:
    """A cluster to which a run belongs.

    Args:
        roots: the folders of packs where the command was typed.
        tables: opens the sink that makes tables.
        patience_s: how long whoever held the run before may still seem to.
        inherited: whether that one was lost while it played.
    """

    roots: Sequence[Path]
    tables: Callable[[RunFolder, Plan], Sink]
    patience_s: float = 0.0
    inherited: bool = False


def _check_begun(outcome: Outcome, folder: RunFolder) -> None:
    """A mistake in the config that only the provider could find.

    Raises:
        ConfigError: when nothing was played because of it; begins with the model's key.
    """
    pause = outcome.paused
    if pause is not None and pause.reason == "config" and folder.unplayed:
        fusion = pause.model.startswith("fusion/")
        path = ("fusions", pause.model.removeprefix("fusion/")) if fusion else ("models", pause.model)
        raise ConfigError(f"{spell(path)}: {pause.line}")


async def evaluate(
    folder: RunFolder,
    job: JobSpec,
    environ: Mapping[str, str],
    console: Console,
    *,
    host: Host | None = None,
) -> Outcome:
    """Play what is missing of the run in `folder`; the outcome.

    Args:
        folder: the run's.
        job: what it is.
        environ: where the keys are.
        console: what is said goes there.
        host: the cluster to which the run belongs, when this is an actor there.

    Raises:
        ConfigError: for what the user must mend, or when somebody else plays the run.
        InfraError: when what the run stands on is lost.
    """
    outcome = await _evaluate(folder, job, environ, console, host=host)
    _check_begun(outcome, folder)
    if outcome.exit_code == 0:
        with suppress(OSError):  # calls that nobody needs are in nobody's way
            folder.close_calls()
    return outcome


async def _evaluate(
    folder: RunFolder, job: JobSpec, environ: Mapping[str, str], console: Console, *, host: Host | None
) -> Outcome:
    """Open everything, as the only writer of the run, before tables and tracker are touched; then play."""
    roots = (*(host.roots if host else ()), *bundled_roots())
    say = partial(console.print, highlight=False, soft_wrap=True)
    async with AsyncExitStack() as stack:
        await hold(folder.store, SystemClock(), host.patience_s if host else 0.0)
        stack.callback(folder.store.release)
        stack.callback(try_to_share, folder, say, *SHARED)
        journal = Journal(folder.store, job.durability)
        stack.push_async_callback(journal.close)
        if host is None:  # a coordinator may have been asked before it was lost
            folder.ask_to_stop(None)  # whoever finds the run held may ask from here on
        job = folder.record(job)
        packs = load_packs(job, roots)
        plan = Plan(job, packs)
        folder.note_scorers(scorers_of(folder, job.scorers).cards)
        arms = "1 arm" if len(plan.agents) == 1 else f"{len(plan.agents)} arms"
        console.print(f"{folder.id}: {len(plan):,} episodes in {arms}", highlight=False)
        servers = await stack.enter_async_context(_servers(folder, job, roots))
        digests = {name: pack.digest for name, pack in packs.items()}
        budgets = budget_places(job, folder, environ)
        order = WorkOrder(
            job=job,
            run=folder.id,
            servers=servers,
            roots=roots,
            digests=digests,
            budgets=budgets,
            store=folder.url,
            hangs=folder.hangs,
        )
        finished = Keys(each.result.episode for each in folder.finished())
        planned = max(len(plan) - len(finished), 0)
        inherited = host is not None and host.inherited
        tenure = Tenure(folder.begin_epoch(), finished, lasting=host is not None, inherited=inherited, planned=planned)
        executor = await stack.enter_async_context(open_executor(order, tenure, environ, console))
        fetch_outbox(folder)
        tracker = open_tracker(job, folder.path.parent, SystemClock(), environ)
        spans = span_sinks(folder, job, environ, console)
        interruption = Interruption(console, lambda: folder.stop_request, signals=host is None)
        tables = _tables(folder, say) if host is None else host.tables(folder, plan)
        run = _Run(folder, plan, finished, journal, tracker, spans, tables, interruption, hosted=host is not None)
        return await _play_plan(run, executor, console)


@asynccontextmanager
async def _servers(folder: RunFolder, job: JobSpec, roots: Sequence[Path]) -> AsyncIterator[dict[str, RunningServer]]:
    """The job's own servers; on the ports that they had, for workers of an earlier epoch may still use them."""
    async with running_servers(job, folder.job_file, folder.logs, roots, folder.servers()) as servers:
        folder.note_servers(servers)
        yield servers


def _tables(folder: RunFolder, say: Callable[[str], object]) -> Sink:
    return SharingSink(ParquetSink(folder.tables, folder.id, SystemClock(), folder.load), folder, say, "tables")


@dataclass(frozen=True)
class _Run:
    folder: RunFolder
    plan: Plan
    finished: Keys
    journal: Journal
    tracker: Tracker
    spans: tuple[Sink, ...]
    tables: Sink
    interruption: Interruption
    hosted: bool


async def _play_plan(run: _Run, executor: WatchableExecutor, console: Console) -> Outcome:
    """Play what is not finished, and tell the tracker how it ended, whatever happens."""
    folder, plan, interruption, job = run.folder, run.plan, run.interruption, run.folder.job()
    watching = StatusSink(folder.store, folder.id, plan, SystemClock(), lambda: pausing.why, hosted=run.hosted)
    pausing: PausingExecutor = PausingExecutor(
        WatchedExecutor(executor, watching), fresh=not run.finished, job_s=job.limits.job_s
    )
    board = LeaderboardSink(
        folder.path,
        lambda: remark(pausing.pause, watching.restarted),
        Background.of(job, folder.metrics),
    )
    status: RunStatus = "failed"
    folder.note_pause(None)
    await run.tracker.start(run_card(folder, plan))
    try:
        with _full_disk_pauses(pausing):
            await _play_rest(run, (watching, board), pausing, console)
        status = "paused" if pausing.pause else "interrupted" if interruption.exit_code else "finished"
    except asyncio.CancelledError:
        if not interruption.exit_code:
            raise
        status = "interrupted"
    finally:
        outcome = Outcome(
            run=folder.id,
            folder=folder.path,
            url=folder.elsewhere,
            planned=len(plan),
            standings=board.standings(),
            interrupted=interruption.exit_code,
            paused=pausing.pause,
            restarted=watching.restarted,
        )
        folder.note_pause(pausing.pause)
        traces = await asyncio.to_thread(sampled_traces, folder)
        await asyncio.to_thread(keep_report, folder, outcome.played)
        tracked = await run.tracker.finish(run_summary(outcome, status, traces))
    return outcome.model_copy(update={"tracked": tracked})


@contextmanager
def _full_disk_pauses(executor: PausingExecutor) -> Iterator[None]:
    """Results are in the journal; what could not be made of them any more is made by `resume`."""
    try:
        yield
    except OSError as error:
        executor.pause = executor.pause or Pause.by_store(error)


async def _play_rest(run: _Run, sinks: Sequence[Sink], executor: Executor, console: Console) -> None:
    """The journal is the first sink, for it is the truth; the others are given what it holds already."""
    clock = SystemClock()
    progress = ProgressSink(console, clock, total=len(run.plan))
    derived = (*sinks, run.tracker, run.tables, progress)
    await _replay(run, derived)
    specs = (spec for spec in run.interruption.until_stopped(run.plan) if spec.key not in run.finished)
    with run.interruption.listening():
        await run_job(specs, executor, (run.journal, *run.spans, *derived))


async def _replay(run: _Run, sinks: Sequence[Sink]) -> None:
    """What an earlier process finished, out of the journal: tables and leaderboard are always of the whole run.

    Results of other keys are those of a pack that has changed since: they stay in the journal and count nowhere.
    """
    for finished in run.folder.finished():
        if finished.result.planned(run.plan.environments, run.plan.agents):
            for sink in sinks:
                await sink.write(finished)
