"""A job in the words of a tracker: parameters, tags and names."""

import re
import shlex
from collections.abc import Iterable

from wardian.base.frozen import JsonObject
from wardian.episodes.record import AgentRef, EnvironmentRef
from wardian.specs.agents import BoundSpec, CallableAgentSpec, ProcessAgentSpec
from wardian.specs.job import JobSpec
from wardian.tracking.prompt_version import own_name
from wardian.tracking.summary import Figure, RunCard

__all__ = ["dataset_profile", "metric_values", "params", "prompt_name", "run_tags"]

PARAM_CHARACTERS = 500


def run_tags(card: RunCard, arm: str | None) -> dict[str, str]:
    """The tags by which the run of `arm` (None: the job's own) is found again."""
    simulated = card.job.simulated if arm is None else card.simulated(_ref(card, arm))
    tags = {
        "wardian.run_id": card.run_id,
        "wardian.role": "job" if arm is None else "arm",
        "wardian.job": card.job.name,
        "wardian.version": card.code_version,
    }
    tags |= {"wardian.folder": card.url or str(card.folder)} if arm is None else {"wardian.arm": arm}
    return tags | ({"simulated": "true"} if simulated else {})


def params(card: RunCard, arm: str | None) -> dict[str, str]:
    """What was chosen for the whole job, or for one arm."""
    chosen = _job_params(card) if arm is None else _arm_params(card, _ref(card, arm))
    return {key: value[:PARAM_CHARACTERS] for key, value in chosen.items()}


def dataset_profile(card: RunCard, environment: EnvironmentRef) -> JsonObject:
    """What the environment's digest covers, in words."""
    spec = next(spec for spec in card.job.environments if spec.label == environment.name)
    return {"version": environment.version, "knobs": dict(spec.knobs)}


def prompt_name(job: JobSpec, prompt: str) -> str:
    """The name of a job's prompt in a registry that all jobs share: where it was read, or after the job."""
    if prompt in job.versions:
        return own_name(job.versions[prompt].name)
    return re.sub(r"[^A-Za-z0-9_.-]", "_", f"{job.name}.{prompt}")


def metric_values(figures: Iterable[Figure]) -> dict[str, float]:
    """The numbers under names that a tracker takes; bounds stand beside their value."""
    values: dict[str, float] = {}
    for figure in figures:
        name = _metric_name(figure.name)
        found = {name: figure.value, f"{name}_low": figure.low, f"{name}_high": figure.high}
        values |= {key: value for key, value in found.items() if value is not None}
    return values


def _metric_name(name: str) -> str:
    """`pass^4` and `pass@4` are written in words, for trackers take letters, digits and a few signs."""
    spelled = name.replace("^", "_hat_").replace("@", "_at_")
    return re.sub(r"[^A-Za-z0-9_. :/-]", "_", spelled)


def _ref(card: RunCard, arm: str) -> AgentRef:
    return next(ref for ref in card.arms if ref.name == arm)


def _job_params(card: RunCard) -> dict[str, str]:
    job = card.job
    found = {
        "job": job.name,
        "arms": ", ".join(arm.name for arm in card.arms),
        "seed": str(job.seed),
        "repeats": str(job.repeats),
        "episodes": str(card.episodes),
        "executor": job.executor.kind,
    }
    found |= {f"limits.{key}": str(value) for key, value in job.limits.model_dump(exclude_none=True).items()}
    return found | _tasks(card)


def _arm_params(card: RunCard, arm: AgentRef) -> dict[str, str]:
    spec = next(agent for agent in card.job.agents if agent.name == arm.plays)
    found = {"arm": arm.name, "agent": spec.kind, "arm_digest": arm.digest} | _tasks(card)
    if isinstance(spec, BoundSpec):
        return found
    found |= _own_params(spec) if spec.kind != "tools" else {"prompt": spec.prompt or "none"}
    if spec.model is None:
        return found
    found |= {"model": spec.model}
    found |= {f"sampling.{key}": str(value) for key, value in spec.sampling.model_dump(exclude_defaults=True).items()}
    model = card.job.models.get(spec.model)
    if model is None:
        return found
    places = model.places(spec.model)
    endpoints = ", ".join(place.spec.base_url or f"server {place.spec.server}" for place in places)
    return found | {"model.name": places[0].asked, "model.tools": model.tools, "model.endpoint": endpoints}


def _own_params(spec: CallableAgentSpec | ProcessAgentSpec) -> dict[str, str]:
    return {"callable": spec.callable} if spec.kind == "callable" else {"command": shlex.join(spec.command)}


def _tasks(card: RunCard) -> dict[str, str]:
    """For every environment how many tasks were chosen, or "all"."""
    return {
        f"tasks.{re.sub(r'[^A-Za-z0-9_./ -]', '_', spec.label)}": str(
            len(spec.tasks) if isinstance(spec.tasks, tuple) else spec.tasks
        )
        for spec in card.job.environments
    }
