"""What of a job is refined, found before anything is spent."""

import asyncio
from collections.abc import Mapping
from typing import Final

from pydantic import ValidationError

from wardian.base.bundle import Bundle
from wardian.base.errors import ConfigError
from wardian.base.frozen import first_problem
from wardian.base.identity import digest
from wardian.environments.packs import bundled_roots, load_packs
from wardian.optimization.campaign.purse import Purse
from wardian.optimization.champion import champion_of, tools_of
from wardian.optimization.ground import Place
from wardian.runs.plan import Plan
from wardian.scoring.opening import opened_scorers
from wardian.scoring.own import ScorerCard
from wardian.scoring.yardstick import yardstick
from wardian.specs.job import JobSpec
from wardian.specs.refinement import RefineSpec
from wardian.tracking.description import prompt_name

__all__ = [
    "check_refined",
    "limiting",
    "metric_sha",
    "places_of",
    "refined_prompt",
    "spec_of",
    "with_call_budget",
    "with_changed_budget",
]

CALLS: Final = ("usd", "tokens")
"""What of a campaign's budget is kept where calls are made."""


def spec_of(job: JobSpec) -> RefineSpec:
    """How the job is refined.

    Raises:
        ConfigError: when it does not say.
    """
    if job.refine is None:
        raise ConfigError("refine: it is missing; say at least `refine: {reflection: {model: NAME}}`")
    return job.refine


def check_refined(job: JobSpec) -> Bundle:
    """See that there is something to refine, and enough to decide on it; the champion.

    Raises:
        ConfigError: when there is not.
    """
    spec = spec_of(job)
    yardstick("refine.metric", spec.metric, opened_scorers(job.scorers).cards)
    Purse(spec).check()
    with_call_budget(job)
    champion = champion_of(job, asyncio.run(tools_of(job, load_packs(job, bundled_roots()))))
    if spec.search.texts and {**champion.texts, **spec.search.texts} == champion.texts:
        raise ConfigError(f"refine.search.texts: '{champion.agent}' has these already; there is nothing to decide")
    return champion


def refined_prompt(job: JobSpec, agent: str) -> str:
    """The name in a registry of the agent's prompt: where it was read, else `JOB.PROMPT` or `JOB.AGENT`."""
    found = next(each for each in job.agents if each.name == agent)
    own = found.prompt if found.kind == "tools" else None
    return prompt_name(job, own or agent)


def places_of(plan: Plan) -> list[Place]:
    """All tasks of the job, in the plan's order."""
    return [Place(environment=environment, task=task) for environment, task in plan.places]


def metric_sha(metric: str, cards: tuple[ScorerCard, ...]) -> str:
    """Digest of a metric and of what computes it.

    Raises:
        ConfigError: when nothing can be decided by it.
    """
    known = yardstick("refine.metric", metric, cards)
    return digest([known.model_dump(mode="json"), [card.model_dump(mode="json") for card in cards]])


def with_call_budget(job: JobSpec) -> JobSpec:
    """The job with the campaign's dollars and tokens as the budget of its calls, where that is not tighter already.

    Raises:
        ConfigError: when nobody could keep it: a model has no price, or nothing limits its answers.
    """
    return _with_calls(job, {} if job.budget is None else job.budget.model_dump())


def with_changed_budget(before: JobSpec, job: JobSpec) -> JobSpec:
    """The same for a campaign that goes on with another budget than it had `before`.

    What limited its calls because `refine.budget` said so does not any more.

    Raises:
        ConfigError: as above.
    """
    was, now = spec_of(before).budget, spec_of(job).budget
    own = {} if job.budget is None else job.budget.model_dump()
    for key in CALLS:
        if getattr(was, key) != getattr(now, key) and own.get(key) == getattr(was, key):
            own[key] = None
    changed = any(getattr(was, key) != getattr(now, key) for key in CALLS)
    return _with_calls(job, own) if changed else job


def limiting(job: JobSpec) -> tuple[str, ...]:
    """The keys of the config that say how much a campaign's calls may cost, as `--set` takes them."""
    limits = {} if job.budget is None else job.budget.model_dump(exclude_none=True)
    spec = spec_of(job).budget.model_dump(include=set(CALLS), exclude_none=True)
    return tuple(f"refine.budget.{key}" if spec.get(key) == limit else f"budget.{key}" for key, limit in limits.items())


def _with_calls(job: JobSpec, own: Mapping[str, float | None]) -> JobSpec:
    budget = spec_of(job).budget
    limits = {"usd": budget.usd, "tokens": budget.tokens, "requests": None}
    known = {key: [each for each in (limit, own.get(key)) if each is not None] for key, limit in limits.items()}
    least = {key: min(found, default=None) for key, found in known.items()}
    wanted = None if all(each is None for each in least.values()) else least
    if wanted == (None if job.budget is None else job.budget.model_dump()):
        return job
    try:
        return JobSpec.model_validate({**job.model_dump(), "budget": wanted})
    except ValidationError as error:
        raise ConfigError(f"refine.budget: {first_problem(error, 'the job')}") from None
