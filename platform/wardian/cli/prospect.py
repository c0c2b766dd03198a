"""`wardian refine --dry-run`: what a campaign can find and takes at most, before it takes anything."""

import sys

import orjson
from rich.console import Console

from wardian.base.frozen import Frozen
from wardian.cli.campaign_cost import CampaignCost, cost_of
from wardian.cli.campaign_progress import label
from wardian.cli.checks import planned
from wardian.cli.refined import check_refined, places_of, spec_of
from wardian.cli.wording import dollars
from wardian.environments.packs import bundled_roots, load_packs
from wardian.optimization.campaign.purse import Purse
from wardian.optimization.ground import Ground
from wardian.optimization.split import ground_of
from wardian.runs.forecast import Forecast
from wardian.specs.job import JobSpec
from wardian.specs.refinement import CampaignBudget

__all__ = ["Prospect", "say_prospect"]


class Prospect(Frozen):
    """What a campaign may come to.

    Args:
        agent: who is refined.
        components: what of it.
        search_tasks: on which edits are searched.
        gate_tasks: on which is decided.
        preflight: episodes at most, …
        generation: … of one search, …
        gate: … of one gate, …
        campaign: … of everything.
        cost: in dollars and tokens.
        budget: what may be spent.
        simulated: whether no real model is asked.
        warnings: what is doubtful, a line each.
    """

    agent: str
    components: tuple[str, ...]
    search_tasks: int
    gate_tasks: int
    preflight: int
    generation: int
    gate: int
    campaign: int
    cost: CampaignCost
    budget: CampaignBudget
    simulated: bool
    warnings: tuple[str, ...]

    @classmethod
    def of(cls, job: JobSpec) -> "Prospect":
        """Work it out; no model is asked.

        Raises:
            ConfigError: when nothing can be refined, or a campaign would not begin.
        """
        champion, spec, packs = check_refined(job), spec_of(job), load_packs(job, bundled_roots())
        plan = planned(job)
        agent = next(each for each in plan.agents if each.name == champion.agent)
        ground: Ground = ground_of(job.seed, "", agent, champion, places_of(plan))
        purse = Purse(spec)
        forecast = Forecast.of(job, packs)
        cost = cost_of(job, spec, champion.agent, forecast)
        return cls(
            agent=champion.agent,
            components=spec.components,
            search_tasks=len(ground.search),
            gate_tasks=len(ground.gate),
            preflight=purse.preflight,
            generation=purse.race,
            gate=purse.gate,
            campaign=purse.campaign,
            cost=cost,
            budget=spec.budget,
            simulated=forecast.simulated,
            warnings=(*ground.warnings, *filter(None, [cost.beside(spec)])),
        )


def say_prospect(job: JobSpec, *, as_json: bool) -> None:
    """Print it."""
    prospect = Prospect.of(job)
    if as_json:
        sys.stdout.buffer.write(orjson.dumps(prospect.model_dump(mode="json"), option=orjson.OPT_INDENT_2) + b"\n")
        return
    console = Console()
    for name, text in _lines(prospect):
        console.print(label(name, text), soft_wrap=True)


def _lines(found: Prospect) -> list[tuple[str, str]]:
    search = [("search", f"up to {found.generation:,} in each generation")] if found.generation else []
    return [
        ("refines", f"{', '.join(found.components)} of '{found.agent}'"),
        ("tasks", f"{found.search_tasks} to search on, {found.gate_tasks} to decide on"),
        ("preflight", f"{found.preflight:,} episodes"),
        *search,
        ("gate", f"up to {found.gate:,} in each; most gates end much earlier"),
        ("campaign", f"up to {found.campaign:,}"),
        ("cost", _money(found)),
        *(("warning", warning) for warning in found.warnings),
    ]


def _money(found: Prospect) -> str:
    cost, limit = found.cost, found.budget.usd
    if found.simulated:
        return "nothing (simulated models)"
    if cost.episode_usd is None or cost.most_usd is None:
        return "unknown: a model has no price, or nothing limits what it answers"
    reflection = "" if not cost.reflection_usd else f", {dollars(cost.reflection_usd)} of it for reflection"
    beside = "no budget in dollars" if limit is None else f"the budget is {dollars(limit)}"
    return f"about {dollars(cost.episode_usd)} an episode, up to {dollars(cost.most_usd)} in all{reflection}; {beside}"
