"""One evaluation from a job to its leaderboard: opens what it needs, runs, closes, and says what came out."""

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping, Sequence, Set
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from rich.console import Console

from wardian.assembly import WorkOrder, check_endpoints, open_play, running_servers
from wardian.base.clock import SystemClock
from wardian.base.memory import collect_rarely
from wardian.cli.interruption import Interruption
from wardian.cli.progress import ProgressSink
from wardian.cli.results import Outcome, show_outcome
from wardian.cli.tracking import open_tracker, run_card, run_summary
from wardian.environments.packs import bundled_roots, load_packs
from wardian.models.quota import LocalQuota
from wardian.reports.sink import LeaderboardSink
from wardian.runs.executor import Executor, Sink
from wardian.runs.folder import RunFolder
from wardian.runs.journal import Journal
from wardian.runs.local import LocalExecutor
from wardian.runs.plan import Plan
from wardian.runs.run import run_job
from wardian.specs.job import JobSpec
from wardian.storage.parquet_sink import ParquetSink
from wardian.tracking.summary import RunStatus

__all__ = ["evaluate_new", "resume"]

INSIDE_JOB = "RAY_JOB_CONFIG_JSON_ENV_VAR"
"""Ray sets it for drivers that `ray job submit` started: their code is on the cluster already."""


def evaluate_new(job: JobSpec, environ: Mapping[str, str], *, as_json: bool) -> None:
    """Play `job` in a new run folder, which is made once everything that can be checked before is right."""
    Plan(job, load_packs(job, bundled_roots()))
    _check_executor(job)
    asyncio.run(check_endpoints(job, environ))
    _play(RunFolder.create(job, datetime.now(UTC)), environ, as_json=as_json)


def resume(folder: RunFolder, environ: Mapping[str, str], *, as_json: bool) -> None:
    """Play what is missing of the run in `folder`."""
    _check_executor(folder.job())
    asyncio.run(check_endpoints(folder.job(), environ))
    _play(folder, environ, as_json=as_json)


def _check_executor(job: JobSpec) -> None:
    if job.executor.kind == "ray" and job.executor.address != "local":
        from wardian.cluster.session import check_reachable

        check_reachable(job.executor.address)


def _play(folder: RunFolder, environ: Mapping[str, str], *, as_json: bool) -> None:
    """Evaluate, print the outcome, and exit with its code."""
    outcome = asyncio.run(_evaluate(folder, environ, Console(stderr=True)))
    show_outcome(outcome, as_json=as_json)
    sys.exit(outcome.exit_code)


async def _evaluate(folder: RunFolder, environ: Mapping[str, str], console: Console) -> Outcome:
    """Play as the only writer of the run: tables and tracker are not touched before the journal is ours."""
    journal = Journal(folder.journal)
    try:
        return await _evaluate_alone(folder, journal, environ, console)
    finally:
        await journal.close()


async def _evaluate_alone(folder: RunFolder, journal: Journal, environ: Mapping[str, str], console: Console) -> Outcome:
    """Play, and tell the tracker how it ended, whatever happens."""
    job, clock, interruption = folder.job(), SystemClock(), Interruption(console)
    plan, board = Plan(job, load_packs(job, bundled_roots())), LeaderboardSink(folder.path)
    tracker = open_tracker(job, folder.path.parent, clock, environ)
    await tracker.start(run_card(folder, plan))
    progress = ProgressSink(console, clock, total=len(plan))
    sinks = (journal, tracker, ParquetSink(folder.tables, folder.id, clock), board, progress)
    outcome = Outcome(run=folder.id, folder=folder.path, planned=len(plan))
    status: RunStatus = "failed"
    console.print(f"{folder.id}: {len(plan):,} episodes in {len(plan.agents)} arms", highlight=False)
    try:
        await _play_plan(folder, plan, sinks, environ, interruption)
        status = "interrupted" if interruption.exit_code else "finished"
    except asyncio.CancelledError:
        if not interruption.exit_code:
            raise
        status = "interrupted"
    finally:
        ended = {"standings": board.standings(), "interrupted": interruption.exit_code}
        outcome = outcome.model_copy(update=ended)
        tracked = await tracker.finish(run_summary(outcome, status))
    return outcome.model_copy(update={"tracked": tracked})


async def _play_plan(
    folder: RunFolder, plan: Plan, sinks: Sequence[Sink], environ: Mapping[str, str], interruption: Interruption
) -> None:
    """Play what is not finished; the journal is the first sink, for it is the truth."""
    job, roots, finished = folder.job(), bundled_roots(), folder.finished()
    await _replay(folder, {spec.key for spec in plan}, sinks[1:])  # all but the journal, where they come from
    async with running_servers(job, folder.job_file, folder.logs, roots) as servers:
        digests = {environment.name: environment.digest for environment in plan.environments}
        order = WorkOrder(job=job, servers=servers, roots=roots, digests=digests)
        async with open_executor(order, environ) as executor:
            specs = (spec for spec in interruption.until_stopped(plan) if spec.key not in finished)
            with interruption.listening():
                await run_job(specs, executor, sinks)


async def _replay(folder: RunFolder, planned: Set[str], sinks: Sequence[Sink]) -> None:
    """What an earlier process finished, out of the journal: tables and leaderboard are always of the whole run.

    Results of other keys are those of a pack that has changed since: they stay in the journal and count nowhere.
    """
    for scored in folder.results():
        if scored.episode.spec.key in planned:
            for sink in sinks:
                await sink.write(scored)


@asynccontextmanager
async def open_executor(order: WorkOrder, environ: Mapping[str, str]) -> AsyncIterator[Executor]:
    """The executor that the job names, ready to play."""
    spec = order.job.executor
    if spec.kind == "local":
        quota = LocalQuota(order.pool.limits, SystemClock())
        async with open_play(order, quota, environ) as play:
            collect_rarely()
            yield LocalExecutor(play, spec.concurrency)
    else:
        from wardian.cluster.executor import RayExecutor
        from wardian.cluster.session import ray_session

        with ray_session(spec, inside_job=INSIDE_JOB in environ):
            yield RayExecutor(order, spec)
