"""What can be said of a job before anything is spent: `validate` and `run --dry-run`."""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import orjson

from wardian.base.frozen import Frozen
from wardian.environments.packs import bundled_roots, load_packs
from wardian.models.llama_server import check_installed
from wardian.runs.plan import Plan
from wardian.specs.job import JobSpec
from wardian.specs.secrets import check_keys

__all__ = ["Forecast", "say_forecast", "validate_job"]


class Forecast(Frozen):
    """How much a job is. `calls_least` is what the reference solutions take, `calls_most` what the limits allow.

    `simulated`: no real model is asked.
    """

    job: str
    episodes: int
    arms: int
    tasks: int
    calls_least: int
    calls_most: int
    unpriced: tuple[str, ...]
    simulated: bool

    @classmethod
    def of(cls, job: JobSpec) -> "Forecast":
        """Count without playing.

        Raises:
            ConfigError: when a pack, a knob or a task is not there.
        """
        packs = load_packs(job, bundled_roots())
        plan = Plan(job, packs)
        asking = {agent.name for agent in job.agents if agent.kind == "tools"}
        tasks = Counter((spec.environment.name, spec.task.id) for spec in plan if spec.agent.name in asking)
        turns = {(name, task): len(packs[name].reference(task)) for name, task in tasks}
        return cls(
            job=job.name,
            episodes=len(plan),
            arms=len(plan.agents),
            tasks=len(plan) // (len(plan.agents) * job.repeats),
            calls_least=sum(turns[task] * episodes for task, episodes in tasks.items()),
            calls_most=tasks.total() * job.limits.turns,
            unpriced=tuple(n for n, model in job.asked.items() if model.price is None and not job.is_simulated(n)),
            simulated=bool(job.asked) and all(job.is_simulated(name) for name in job.asked),
        )


def validate_job(config: Path, job: JobSpec, environ: Mapping[str, str]) -> str:
    """One line about a job that could run now.

    Raises:
        ConfigError: when it could not.
    """
    check_installed(job)
    check_keys(job, environ)
    plan = Plan(job, load_packs(job, bundled_roots()))
    return f"{config}: ok: {len(plan):,} episodes, {len(plan.agents)} arms, {len(plan.environments)} environments"


def say_forecast(job: JobSpec, *, as_json: bool) -> None:
    """Print what `run` would do."""
    forecast = Forecast.of(job)
    if as_json:
        sys.stdout.buffer.write(orjson.dumps(forecast.model_dump(mode="json"), option=orjson.OPT_INDENT_2) + b"\n")
        return
    sys.stdout.write("\n".join(_lines(forecast, job.repeats)) + "\n")


def _lines(forecast: Forecast, repeats: int) -> Iterator[str]:
    yield (
        f"{forecast.job}: {forecast.episodes:,} episodes"
        f" = {forecast.tasks:,} tasks x {forecast.arms} arms x {repeats} repeats"
    )
    yield (
        f"model calls: {forecast.calls_least:,} when every episode goes like its reference solution,"
        f" {forecast.calls_most:,} at the limits"
    )
    if forecast.unpriced:
        yield f"cost: unknown, there is no price for {', '.join(forecast.unpriced)}"
    elif forecast.simulated:
        yield "cost: nothing is spent on simulated models"
