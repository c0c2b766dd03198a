"""One sweep, from a job to its report."""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NoReturn

from rich.console import Console
from rich.text import Text

from wardian.base.clock import SystemClock
from wardian.base.errors import ConfigError
from wardian.cli.deciding import deciding
from wardian.cli.evaluation import Programme, play
from wardian.cli.opened_run import OpenRun, opened_run
from wardian.cli.results import Outcome
from wardian.cli.starting import new_run, rejoined
from wardian.cli.sweep_progress import SweepProgress
from wardian.cli.swept import print_sweep
from wardian.cli.telemetry import span_sinks
from wardian.cli.tracking import fetch_outbox, open_tracker
from wardian.optimization.sweeps.choices import choice_of
from wardian.optimization.sweeps.field import Field, Order
from wardian.optimization.sweeps.flat import configs_of, flattened, sweep_of
from wardian.optimization.sweeps.record import SweepRecord
from wardian.optimization.sweeps.sharing import shared_members
from wardian.optimization.sweeps.sweep import Sweep
from wardian.reports.sweep.kept import keep, kept, report_of
from wardian.reports.sweep.sections import FEW, sweep_sections
from wardian.reports.terminal import sections_view
from wardian.runs.evaluator import RunEvaluator
from wardian.runs.folder import RunFolder
from wardian.runs.growing import GrowingPlan
from wardian.runs.plan import Plan
from wardian.runs.purpose import keep_purpose
from wardian.specs.cache import CacheSpec
from wardian.specs.job import JobSpec

__all__ = ["resume_sweep", "sweep_job", "sweep_new", "sweep_run"]

CLOCK: Final = SystemClock()
REPLIES: Final = "replies"
"""Below the run's folder: what fusions of one panel share."""


def sweep_new(job: JobSpec, environ: Mapping[str, str], *, as_json: bool) -> NoReturn:
    """Begin a sweep, play it, print what came of it, and exit with its code."""
    folder = new_run(flattened(job), environ)
    keep_purpose(folder.store, "sweep")
    try:
        _play(folder, sweep_job(folder), environ, as_json=as_json)
    except (ConfigError, ExceptionGroup):
        folder.discard_if_unplayed()
        raise


def sweep_job(folder: RunFolder) -> JobSpec:
    """The job of a new sweep; where fusions have members in common, what these say is kept beside the run."""
    job = folder.job()
    if job.cache.mode != "off" or not shared_members(job):
        return job
    return job.model_copy(update={"cache": CacheSpec(mode="read-write", folder=str(Path(folder.path, REPLIES)))})


def resume_sweep(folder: RunFolder, overrides: Sequence[str], environ: Mapping[str, str], *, as_json: bool) -> NoReturn:
    """Go on with a sweep, print what came of it, and exit with its code.

    Raises:
        ConfigError: when it would become another one.
    """
    _play(folder, rejoined(folder, overrides, environ, _same_sweep), environ, as_json=as_json)


def _same_sweep(before: JobSpec, job: JobSpec) -> None:
    if job.sweep != before.sweep:
        raise ConfigError("sweep: a sweep keeps what it compares; start a new one for another")


def _play(folder: RunFolder, job: JobSpec, environ: Mapping[str, str], *, as_json: bool) -> NoReturn:
    outcome, record = asyncio.run(sweep_run(folder, job, environ, Console(stderr=True)))
    code = 0 if record.done and not outcome.interrupted else outcome.exit_code
    if outcome.pause_line is not None:
        sys.stderr.write(f"paused: {outcome.pause_line}\n")
    report = report_of(folder, record, (each.result for each in folder.latest()))
    if as_json:
        print_sweep(folder, report, {"exit_code": code, "tracked": outcome.tracked.model_dump(mode="json")})
    else:
        console = Console(highlight=False)
        console.print(sections_view(sweep_sections(report, FEW)))
        for label, text in _lines(folder, outcome):
            console.print(Text.assemble((f"{label:<9}", "bold"), text), soft_wrap=True)
    sys.exit(code)


def _lines(folder: RunFolder, outcome: Outcome) -> list[tuple[str, str]]:
    lines = [("report", f"wardian sweep report {folder.argument}"), ("episodes", f"wardian view {folder.argument}")]
    if outcome.tracked.open_with is not None:
        lines.append(("mlflow", outcome.tracked.open_with))
    if outcome.tracked.problem is not None:
        lines.append(("mlflow", outcome.tracked.problem))
    if outcome.paused is not None or outcome.interrupted:
        lines.append(("resume", f"wardian resume {folder.argument}"))
    return lines


async def sweep_run(
    folder: RunFolder, job: JobSpec, environ: Mapping[str, str], console: Console
) -> tuple[Outcome, SweepRecord]:
    """Play the sweep in `folder`, or go on with it: what came of the run, and the sweep as far as it came.

    Raises:
        ConfigError: for what the user must mend, or when somebody else plays it.
        InfraError: when what it stands on is lost.
    """
    async with opened_run(folder, job, environ, console, grows=True) as run:
        plan = GrowingPlan(len(run.finished))
        evaluator = RunEvaluator(plan, folder.store, run.playing.slots, folder.latest())
        sweep = _sweep(run)
        progress = SweepProgress(console, CLOCK, sweep.record)

        async def note(record: SweepRecord) -> None:
            await asyncio.to_thread(keep, folder, record)
            progress.note(record)
            if record.done:
                report_of(folder, record, (each.result for each in folder.latest()))

        fetch_outbox(folder)
        programme = Programme(
            specs=plan,
            planned=plan,
            earlier=folder.latest(),
            tracker=open_tracker(run.job, folder.path.parent, CLOCK, environ),
            progress=progress,
            spans=span_sinks(folder, run.job, environ, console),
            last=(evaluator,),
            along=deciding(plan, lambda: sweep.run(evaluator, note)),
        )
        outcome = await play(run, programme)
    return outcome, kept(folder) or sweep.record


def _sweep(run: OpenRun) -> Sweep:
    """The sweep of an open run."""
    job, configs = run.job, configs_of(run.job)
    spec = sweep_of(job)
    cells = Plan(job.model_copy(update={"agents": job.agents[:1]}), run.packs)
    order = Order.by(spec, job.seed)
    field = Field.of(cells, run.plan.agents, len(configs), order)
    return Sweep(spec, configs, field, order, choice_of(spec, configs, job.seed))
