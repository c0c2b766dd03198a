"""One evaluation from a job to its leaderboard: opens what it needs, runs, closes, and says what came out."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping, Sequence, Set
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from socket import gethostname
from time import time_ns

from rich.console import Console

from wardian.assembly import (
    WorkOrder,
    budget_places,
    check_endpoints,
    open_play,
    opened_budgets,
    running_servers,
)
from wardian.base.clock import SystemClock
from wardian.base.errors import ConfigError
from wardian.base.identity import digest
from wardian.base.memory import collect_rarely
from wardian.cli.interruption import Interruption
from wardian.cli.progress import ProgressSink
from wardian.cli.results import Outcome, remark, show_outcome
from wardian.cli.telemetry import check_telemetry, span_sinks
from wardian.cli.tracking import open_tracker, run_card, run_summary
from wardian.environments.packs import bundled_roots, load_packs
from wardian.models.accounts import lanes_of
from wardian.models.quota import LocalQuota
from wardian.reports.sink import LeaderboardSink
from wardian.runs.executor import Executor, Sink, WatchableExecutor
from wardian.runs.folder import RunFolder
from wardian.runs.journal import Journal
from wardian.runs.local import LocalExecutor
from wardian.runs.pausing import PausingExecutor
from wardian.runs.plan import Plan, check_same_episodes
from wardian.runs.run import run_job
from wardian.runs.watch import StatusSink, WatchedExecutor
from wardian.specs.job import JobSpec
from wardian.specs.load import changed
from wardian.specs.places import spell
from wardian.storage.parquet_sink import ParquetSink
from wardian.tracking.summary import RunStatus
from wardian.tracking.tracker import Tracker

__all__ = ["evaluate_new", "new_run", "resume"]

INSIDE_JOB = "RAY_JOB_CONFIG_JSON_ENV_VAR"
"""Ray sets it for drivers that `ray job submit` started: their code is on the cluster already."""


def new_run(job: JobSpec, environ: Mapping[str, str]) -> RunFolder:
    """The folder of a new run, made once everything that can be checked before is right."""
    Plan(job, load_packs(job, bundled_roots()))
    _check_surroundings(job, environ)
    _check_endpoints(job, environ)
    return RunFolder.create(job, datetime.now(UTC))


def evaluate_new(job: JobSpec, environ: Mapping[str, str], *, as_json: bool) -> None:
    """Play `job` in a new run folder; a run that could not begin leaves nothing behind."""
    folder = new_run(job, environ)
    try:
        _play(folder, job, environ, as_json=as_json)
    except (ConfigError, ExceptionGroup):
        folder.discard_if_unplayed()
        raise


def resume(folder: RunFolder, overrides: Sequence[str], environ: Mapping[str, str], *, as_json: bool) -> None:
    """Play what is missing of the run in `folder`, with `overrides` for what its episodes do not depend on."""
    job = folder.job()
    if overrides:
        job = changed(job, overrides, environ)
        check_same_episodes(folder.job(), job, lambda each: load_packs(each, bundled_roots()))
    _check_surroundings(job, environ)
    _check_endpoints(job, environ)
    _play(folder, job, environ, as_json=as_json)


def _check_surroundings(job: JobSpec, environ: Mapping[str, str]) -> None:
    check_telemetry(job, environ)
    if job.executor.kind == "ray" and job.executor.address != "local":
        from wardian.cluster.session import check_reachable

        check_reachable(job.executor.address)


def _check_endpoints(job: JobSpec, environ: Mapping[str, str]) -> None:
    for warning in asyncio.run(check_endpoints(job, environ)):
        sys.stderr.write(f"wardian: warning: {warning}\n")


def _play(folder: RunFolder, job: JobSpec, environ: Mapping[str, str], *, as_json: bool) -> None:
    """Evaluate, print the outcome, and exit with its code."""
    outcome = asyncio.run(_evaluate(folder, job, environ, Console(stderr=True)))
    _check_begun(outcome, folder)
    if outcome.exit_code == 0:
        folder.close_calls()
    show_outcome(outcome, as_json=as_json)
    sys.exit(outcome.exit_code)


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


async def _evaluate(folder: RunFolder, job: JobSpec, environ: Mapping[str, str], console: Console) -> Outcome:
    """Open everything, as the only writer of the run, before tables and tracker are touched; then play."""
    roots = bundled_roots()
    async with AsyncExitStack() as stack:
        journal = Journal(folder.journal, job.durability)
        stack.push_async_callback(journal.close)
        folder.ask_to_stop(None)  # whoever finds the journal in use may ask from here on
        job = folder.record(job)
        plan = Plan(job, load_packs(job, roots))
        arms = "1 arm" if len(plan.agents) == 1 else f"{len(plan.agents)} arms"
        console.print(f"{folder.id}: {len(plan):,} episodes in {arms}", highlight=False)
        servers = await stack.enter_async_context(running_servers(job, folder.job_file, folder.logs, roots))
        digests = {environment.name: environment.digest for environment in plan.environments}
        budgets = budget_places(job, folder, environ)
        order = WorkOrder(
            job=job,
            run=folder.id,
            servers=servers,
            roots=roots,
            digests=digests,
            budgets=budgets,
            calls=None if job.cache.replays else folder.open_calls(),
            hangs=folder.hangs,
        )
        executor = await stack.enter_async_context(open_executor(order, environ, console))
        tracker = open_tracker(job, folder.path.parent, SystemClock(), environ)
        spans = span_sinks(folder, job, environ, console)
        return await _play_plan(_Run(folder, plan, journal, tracker, spans), executor, console)


@dataclass(frozen=True)
class _Run:
    folder: RunFolder
    plan: Plan
    journal: Journal
    tracker: Tracker
    spans: tuple[Sink, ...]


async def _play_plan(run: _Run, executor: WatchableExecutor, console: Console) -> Outcome:
    """Play what is not finished, and tell the tracker how it ended, whatever happens."""
    folder, plan, interruption = run.folder, run.plan, Interruption(console, lambda: folder.stop_request)
    watching = StatusSink(folder.status_file, len(plan), SystemClock(), lambda: pausing.why)
    pausing: PausingExecutor = PausingExecutor(
        WatchedExecutor(executor, watching), fresh=not folder.finished(), job_s=folder.job().limits.job_s
    )
    board = LeaderboardSink(folder.path, lambda: remark(pausing.pause, watching.restarted))
    status: RunStatus = "failed"
    folder.note_pause(None)
    await run.tracker.start(run_card(folder, plan))
    try:
        await _play_rest(run, (watching, board), pausing, interruption, console)
        status = "paused" if pausing.pause else "interrupted" if interruption.exit_code else "finished"
    except asyncio.CancelledError:
        if not interruption.exit_code:
            raise
        status = "interrupted"
    finally:
        outcome = Outcome(
            run=folder.id,
            folder=folder.path,
            planned=len(plan),
            standings=board.standings(),
            interrupted=interruption.exit_code,
            paused=pausing.pause,
            restarted=watching.restarted,
        )
        folder.note_pause(pausing.pause)
        tracked = await run.tracker.finish(run_summary(outcome, status))
    return outcome.model_copy(update={"tracked": tracked})


async def _play_rest(
    run: _Run, sinks: Sequence[Sink], executor: Executor, interruption: Interruption, console: Console
) -> None:
    """The journal is the first sink, for it is the truth; the others are given what it holds already."""
    clock, finished = SystemClock(), run.folder.finished()
    progress = ProgressSink(console, clock, total=len(run.plan))
    derived = (*sinks, run.tracker, ParquetSink(run.folder.tables, run.folder.id, clock), progress)
    await _replay(run.folder, {spec.key for spec in run.plan}, derived)
    specs = (spec for spec in interruption.until_stopped(run.plan) if spec.key not in finished)
    with interruption.listening():
        await run_job(specs, executor, (run.journal, *run.spans, *derived))


async def _replay(folder: RunFolder, planned: Set[str], sinks: Sequence[Sink]) -> None:
    """What an earlier process finished, out of the journal: tables and leaderboard are always of the whole run.

    Results of other keys are those of a pack that has changed since: they stay in the journal and count nowhere.
    """
    for scored in folder.results():
        if scored.episode.spec.key in planned:
            for sink in sinks:
                await sink.write(scored)


@asynccontextmanager
async def open_executor(
    order: WorkOrder, environ: Mapping[str, str], console: Console
) -> AsyncIterator[WatchableExecutor]:
    """The executor that the job names, ready to play."""
    spec = order.job.executor
    if spec.kind == "local":
        pool = order.pool
        quota = LocalQuota(pool.limits, SystemClock(), lanes_of(pool, order.secrets(environ)))
        holder = digest([gethostname(), os.getpid(), time_ns()])
        async with (
            opened_budgets(order, holder) as budgets,
            open_play(order, quota, environ, budgets=budgets) as play,
        ):
            collect_rarely()
            yield LocalExecutor(play, spec.concurrency, play.lanes, play.settled)
    else:
        from wardian.cluster.executor import RayExecutor
        from wardian.cluster.session import ray_session

        with ray_session(spec, inside_job=INSIDE_JOB in environ):
            yield RayExecutor(order, spec, say=partial(console.print, highlight=False, soft_wrap=True))
