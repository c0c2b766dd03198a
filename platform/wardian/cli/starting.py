"""Beginning a run, or going on with one: what can be checked before anything is played, and who plays."""

import asyncio
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from rich.console import Console

from wardian.assembly import check_endpoints
from wardian.base.errors import ConfigError
from wardian.cli.answers import answers_renewed
from wardian.cli.checks import planned
from wardian.cli.detached import detach as start_detached
from wardian.cli.evaluation import evaluate
from wardian.cli.results import show_outcome
from wardian.cli.telemetry import check_telemetry
from wardian.environments.packs import bundled_roots, load_packs
from wardian.output import Output, open_output, tracked_here
from wardian.runs.folder import RunFolder
from wardian.runs.plan import check_same_episodes
from wardian.specs.job import JobSpec
from wardian.specs.load import changed

__all__ = ["check_outside", "detach", "evaluate_new", "new_run", "play_new", "rejoined", "resume"]


def new_run(job: JobSpec, environ: Mapping[str, str]) -> RunFolder:
    """The folder of a new run, made once everything that can be checked before is right."""
    planned(job)
    output = _output(job, environ)
    check_outside(job, environ)
    return output.create(job, datetime.now(UTC))


def _output(job: JobSpec, environ: Mapping[str, str]) -> Output:
    """Where the run will be.

    Raises:
        ConfigError: when that is a bucket which cannot be opened.
    """
    try:
        return open_output(job.output, environ)
    except ConfigError as error:
        raise type(error)(f"output: {error}") from error


def evaluate_new(job: JobSpec, environ: Mapping[str, str], *, as_json: bool) -> None:
    """Play `job` in a new run folder; a run that could not begin leaves nothing behind."""
    play_new(new_run(job, environ), environ, as_json=as_json)


def play_new(folder: RunFolder, environ: Mapping[str, str], *, as_json: bool) -> None:
    """Play the new run in `folder`, print the outcome, and exit with its code."""
    try:
        _play(folder, folder.job(), environ, as_json=as_json)
    except (ConfigError, ExceptionGroup):
        folder.discard_if_unplayed()
        raise


def detach(job: JobSpec, environ: Mapping[str, str], *, as_json: bool) -> None:
    """Leave a new run to a process of its own, or to the cluster that plays it."""
    folder = new_run(job, environ)
    if _belongs_to_cluster(job):
        from wardian.cli.hosted import hand_over

        hand_over(folder, job, environ, as_json=as_json)
    else:
        start_detached(folder, as_json=as_json)


def _belongs_to_cluster(job: JobSpec) -> bool:
    """Whether the run goes on without us: a Ray that this process starts ends with it."""
    return job.executor.kind == "ray" and job.executor.address != "local"


def resume(folder: RunFolder, overrides: Sequence[str], environ: Mapping[str, str], *, as_json: bool) -> None:
    """Play what is missing of the run in `folder`, with `overrides` for what its episodes do not depend on."""
    job = rejoined(folder, overrides, environ)
    with answers_renewed(folder, quiet=as_json):
        _play(folder, job, environ, as_json=as_json)


def rejoined(
    folder: RunFolder,
    overrides: Sequence[str],
    environ: Mapping[str, str],
    keeps: Callable[[JobSpec, JobSpec], None] = lambda before, job: None,
) -> JobSpec:
    """The job of a run that goes on, when all is there that it needs of others.

    Args:
        folder: of the run.
        overrides: for what its episodes do not depend on.
        environ: where the keys are.
        keeps: sees that what else it decides is as it was; it is given the job before and with the overrides.

    Raises:
        ConfigError: when it would become another one, or something is missing.
    """
    before = job = folder.job()
    if overrides:
        job = tracked_here(changed(before, overrides, environ))
        check_same_episodes(before, job, lambda each: load_packs(each, bundled_roots()))
        keeps(before, job)
    check_outside(job, environ)
    return job


def check_outside(job: JobSpec, environ: Mapping[str, str]) -> None:
    """See that all is there that a run needs of others; warnings go to stderr.

    Raises:
        ConfigError: when something is not.
    """
    check_telemetry(job, environ)
    if job.executor.kind == "ray" and job.executor.address != "local":
        from wardian.cluster.session import check_reachable

        check_reachable(job.executor.address)
    for warning in asyncio.run(check_endpoints(job, environ)):
        sys.stderr.write(f"wardian: warning: {warning}\n")


def _play(folder: RunFolder, job: JobSpec, environ: Mapping[str, str], *, as_json: bool) -> None:
    """Evaluate, print the outcome, and exit with its code."""
    if _belongs_to_cluster(job):
        from wardian.cli.hosted import play_on_cluster

        play_on_cluster(folder, job, environ, as_json=as_json)
    outcome = asyncio.run(evaluate(folder, job, environ, Console(stderr=True)))
    show_outcome(outcome, as_json=as_json)
    sys.exit(outcome.exit_code)
