"""`wardian validate`: what can be said of a job before anything is spent."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from wardian.base.errors import ConfigError
from wardian.certification.standing import Standing
from wardian.cli.forecasting import old_prices
from wardian.cli.refined import check_refined
from wardian.cli.wording import counted
from wardian.environments.packs import bundled_roots, find_pack, load_packs
from wardian.fusion.own_code import check_own_code
from wardian.models.llama_server import check_installed
from wardian.optimization.sweeps.flat import configs_of, flattened
from wardian.runs.plan import Plan
from wardian.scoring.opening import opened_scorers
from wardian.scoring.yardstick import yardstick
from wardian.specs.job import JobSpec
from wardian.specs.secrets import check_keys

__all__ = ["planned", "validate_job"]

CURE: Final = "`wardian envs check {}` says more, `uncertified: play` plays it all the same"


def validate_job(config: Path, job: JobSpec, environ: Mapping[str, str]) -> str:
    """One line about a job that could run now, and one about prices that are old.

    Raises:
        ConfigError: when it could not.
    """
    check_installed(job)
    check_keys(job, environ)
    return "\n".join(_lines(config, job))


def planned(job: JobSpec) -> Plan:
    """What a new run of the job would play.

    Raises:
        ConfigError: when it cannot be played, or nobody knows whether its tasks measure something.
    """
    roots = bundled_roots()
    packs = load_packs(job, roots)
    plan = Plan(job, packs)
    cards = opened_scorers(job.scorers).cards
    if job.sweep is not None:
        yardstick("sweep.metric", job.sweep.metric, cards)
    check_own_code(job.fusions)
    for index, (spec, tasks) in enumerate(zip(job.environments, plan.tasks, strict=True)):
        if spec.uncertified == "refuse":
            standing = Standing.of(find_pack(spec.pack, roots))
            objection = standing.objection(packs[spec.label].digest, tasks)
            if objection is not None:
                raise ConfigError(f"environments.{index}: pack '{spec.pack}': {objection}; {CURE.format(spec.pack)}")
    return plan


def _lines(config: Path, job: JobSpec) -> Iterator[str]:
    plan = planned(job)
    arms, worlds = counted(len(plan.agents), "arm"), counted(len(plan.environments), "environment")
    yield f"{config}: ok: {counted(len(plan), 'episode')}, {arms}, {worlds}"
    if job.sweep is not None:
        flat = flattened(job)
        planned(flat)
        yield f"sweep: ok: {counted(len(configs_of(flat)), 'configuration')}"
    if job.refine is not None:
        champion = check_refined(job)
        yield f"refine: ok: {', '.join(job.refine.components)} of '{champion.agent}'"
    if (stale := old_prices(job)) is not None:
        yield stale
