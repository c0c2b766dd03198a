"""One evaluation from a job to its leaderboard: opens what it needs, runs, closes, and says what came out."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Sized
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from rich.console import Console

from wardian.base.clock import SystemClock
from wardian.base.errors import ConfigError
from wardian.cli.deciding import Along
from wardian.cli.opened_run import Host, OpenRun, opened_run
from wardian.cli.progress import ProgressSink
from wardian.cli.report_page import keep_report
from wardian.cli.results import Outcome, remark
from wardian.cli.sampling import sampled_traces
from wardian.cli.telemetry import span_sinks
from wardian.cli.tracking import fetch_outbox, open_tracker, run_card, run_summary
from wardian.reports.background import Background
from wardian.reports.sink import LeaderboardSink
from wardian.runs.executor import Planned, Sink
from wardian.runs.folder import RunFolder
from wardian.runs.growing import GrowingPlan
from wardian.runs.pausing import Pause, PausingExecutor
from wardian.runs.run import run_job
from wardian.runs.sharing import SharingSink
from wardian.runs.watch import StatusSink, WatchedExecutor
from wardian.scoring.finished import Finished
from wardian.specs.job import JobSpec
from wardian.specs.places import spell
from wardian.storage.parquet_sink import ParquetSink
from wardian.tracking.summary import RunStatus
from wardian.tracking.tracker import Tracker

__all__ = ["Programme", "evaluate", "play"]


@dataclass(frozen=True)
class Programme:
    """What is played of an open run, and who is told.

    Args:
        specs: what has no result yet; a plan that grows has lulls.
        planned: how many episodes the run has, all parts together.
        earlier: what was played in earlier parts of the run and still belongs to it; read once.
        tracker: shows the run to the team.
        progress: shows it to whoever waits.
        spans: told of new results only, before all others but the journal.
        last: told of new results only, when all others have them.
        pauses: told how the run is paused, for what is met beside the episodes.
        along: what else is done meanwhile.
    """

    specs: Iterable[Planned]
    planned: Sized
    earlier: Iterable[Finished]
    tracker: Tracker
    progress: Sink
    spans: Sequence[Sink] = ()
    last: Sequence[Sink] = ()
    pauses: Callable[[Callable[[Pause], None]], None] = lambda pause: None
    along: Along = lambda playing: playing


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
    async with opened_run(folder, job, environ, console, host=host) as run:
        arms = "1 arm" if len(run.plan.agents) == 1 else f"{len(run.plan.agents)} arms"
        run.say(f"{folder.id}: {len(run.plan):,} episodes in {arms}")
        outcome = await play(run, _whole_plan(run, environ, console))
    _check_begun(outcome, folder)
    if outcome.exit_code == 0:
        with suppress(OSError):  # calls that nobody needs are in nobody's way
            folder.close_calls()
    return outcome


def _whole_plan(run: OpenRun, environ: Mapping[str, str], console: Console) -> Programme:
    """All episodes of the job; results of other keys are those of a pack that has changed since."""
    folder, plan, job = run.folder, run.plan, run.job
    fetch_outbox(folder)
    return Programme(
        specs=(spec for spec in run.plan if spec.key not in run.finished),
        planned=plan,
        earlier=(each for each in folder.finished() if each.result.planned(plan.environments, plan.agents)),
        tracker=open_tracker(job, folder.path.parent, SystemClock(), environ),
        progress=ProgressSink(console, SystemClock(), total=len(plan)),
        spans=span_sinks(folder, job, environ, console),
    )


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


async def play(run: OpenRun, programme: Programme) -> Outcome:
    """Play what is not finished, and tell the tracker how it ended, whatever happens."""
    folder, interruption, job = run.folder, run.interruption, run.folder.job()
    hosted = run.host is not None
    watching = StatusSink(folder.store, folder.id, programme.planned, SystemClock(), lambda: pausing.why, hosted=hosted)
    pausing: PausingExecutor = PausingExecutor(
        WatchedExecutor(run.playing.executor, watching), fresh=not run.finished, job_s=job.limits.job_s
    )
    programme.pauses(pausing.halt)
    board = LeaderboardSink(
        folder.path,
        lambda: remark(pausing.pause, watching.restarted),
        Background.of(job, folder.metrics),
    )
    status: RunStatus = "failed"
    folder.note_pause(None)
    await programme.tracker.start(run_card(folder, run.plan))
    try:
        with _full_disk_pauses(pausing):
            await _play_rest(run, programme, (watching, board), pausing)
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
            planned=None if isinstance(programme.planned, GrowingPlan) else len(programme.planned),
            standings=board.standings(),
            interrupted=interruption.exit_code,
            paused=pausing.pause,
            restarted=watching.restarted,
        )
        folder.note_pause(pausing.pause)
        traces = await asyncio.to_thread(sampled_traces, folder)
        await asyncio.to_thread(keep_report, folder, outcome.played)
        tracked = await programme.tracker.finish(run_summary(outcome, status, traces))
    return outcome.model_copy(update={"tracked": tracked})


@contextmanager
def _full_disk_pauses(executor: PausingExecutor) -> Iterator[None]:
    """Results are in the journal; what could not be made of them any more is made by `resume`."""
    try:
        yield
    except OSError as error:
        executor.pause = executor.pause or Pause.by_store(error)


async def _play_rest(run: OpenRun, programme: Programme, sinks: Sequence[Sink], executor: PausingExecutor) -> None:
    """The journal is the first sink, for it is the truth; the others are given what it holds already."""
    derived = (*sinks, programme.tracker, _tables(run), programme.progress)
    await _replay(programme.earlier, derived)
    specs = run.interruption.until_stopped(programme.specs)
    with run.interruption.listening():
        await programme.along(run_job(specs, executor, (run.journal, *programme.spans, *derived, *programme.last)))


def _tables(run: OpenRun) -> Sink:
    folder = run.folder
    if run.host is not None:
        return run.host.tables(folder, run.plan)
    parquet = ParquetSink(folder.tables, folder.id, SystemClock(), folder.load)
    return SharingSink(parquet, folder, run.say, "tables")


async def _replay(earlier: Iterable[Finished], sinks: Sequence[Sink]) -> None:
    """What an earlier process finished, out of the journal: tables and leaderboard are always of the whole run."""
    for finished in earlier:
        for sink in sinks:
            await sink.write(finished)
