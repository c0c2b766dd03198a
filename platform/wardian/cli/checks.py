"""`wardian validate`: what can be said of a job before anything is spent."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from wardian.cli.forecasting import old_prices
from wardian.cli.wording import counted
from wardian.environments.packs import bundled_roots, load_packs
from wardian.models.llama_server import check_installed
from wardian.runs.plan import Plan
from wardian.specs.job import JobSpec
from wardian.specs.secrets import check_keys

__all__ = ["validate_job"]


def validate_job(config: Path, job: JobSpec, environ: Mapping[str, str]) -> str:
    """One line about a job that could run now, and one about prices that are old.

    Raises:
        ConfigError: when it could not.
    """
    check_installed(job)
    check_keys(job, environ)
    return "\n".join(_lines(config, job))


def _lines(config: Path, job: JobSpec) -> Iterator[str]:
    plan = Plan(job, load_packs(job, bundled_roots()))
    arms, worlds = counted(len(plan.agents), "arm"), counted(len(plan.environments), "environment")
    yield f"{config}: ok: {counted(len(plan), 'episode')}, {arms}, {worlds}"
    if (stale := old_prices(job)) is not None:
        yield stale
