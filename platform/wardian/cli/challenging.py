"""`wardian refine CONFIG --challenger SWEEP`: the best of a sweep comes to the gate, for only that makes a champion."""

import sys
from collections.abc import Mapping

from wardian.base.errors import ConfigError
from wardian.cli.refined import spec_of
from wardian.optimization.sweeps.challenger import challenger_of
from wardian.output import find_run
from wardian.reports.sweep.kept import kept, report_of
from wardian.reports.sweep.standing import SweepReport
from wardian.runs.folder import RunFolder
from wardian.specs.job import JobSpec
from wardian.specs.refinement import SearchSpec

__all__ = ["challenged"]


def challenged(job: JobSpec, sweep: str, environ: Mapping[str, str]) -> JobSpec:
    """The campaign `job`, which hears the best configuration of a sweep and searches for nothing else.

    Where nobody is shown to be the best, whoever is ahead is heard, and that is said: it is the gate that decides.

    Args:
        job: with a `refine`.
        sweep: the run of the sweep, in the job's output.
        environ: where a bucket's endpoint is looked for.

    Raises:
        ConfigError: when the run is no sweep that has ended, the sweep varied more than prompts, or another agent.
    """
    spec, folder = spec_of(job), find_run(sweep, job.output, environ, "sweep")
    report = _report(folder)
    arm = report.best
    if arm is None:
        raise ConfigError(f"--challenger: {folder.id}: nobody played to the end of the sweep")
    bundle = challenger_of(folder.job(), arm)
    if spec.agent is not None and spec.agent != bundle.agent:
        raise ConfigError(f"--challenger: {folder.id}: varied '{bundle.agent}', and `refine.agent` is '{spec.agent}'")
    if other := [name for name in bundle.texts if name not in spec.components]:
        raise ConfigError(f"refine.components: the sweep varied the {other[0]} prompt; add `{other[0]}`")
    if report.winner is None:
        rivals = ", ".join(each.arm for each in report.rivals)
        sys.stderr.write(f"wardian: warning: {arm} is ahead, and cannot be told from {rivals}; the gate hears {arm}\n")
    search = SearchSpec(kind="given", texts=dict(bundle.texts), origin=f"{folder.id} {arm}")
    return job.model_copy(update={"refine": spec.model_copy(update={"agent": bundle.agent, "search": search})})


def _report(folder: RunFolder) -> SweepReport:
    record = kept(folder)
    if record is None:
        raise ConfigError(f"--challenger: {folder.id}: is no sweep, or no block of it is complete")
    if not record.done:
        raise ConfigError(f"--challenger: the sweep has not ended; go on with `wardian resume {folder.argument}`")
    return report_of(folder, record, (each.result for each in folder.latest()))
