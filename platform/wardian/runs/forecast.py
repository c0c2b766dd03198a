"""What a job will take before it has taken anything: calls, tokens and money, as low, expected and max.

Low is every task's reference solution, with all that was read before at the price of cached input where there is one.
Expected takes half as many calls again, with answers twice as long, all of it at full price. Max is the limits: every
turn used, every answer as long as it may be, every tool as talkative as the most talkative one met in the references.
Repetitions after faults and second requests (`hedge`) are in none of them. Of several places where a model may answer
the cheapest counts for low, the first for expected, the dearest for max. In a fusion, low is where everybody agrees,
max where nobody does and its judge has to try again as often as it may, expected halfway between.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from wardian.base.clock import SystemClock
from wardian.base.frozen import Frozen
from wardian.environments.pack import Pack
from wardian.episodes.record import EpisodeSpec
from wardian.models.encoding import BYTES_PER_TOKEN
from wardian.runs.figures import DETOURS, FEWEST_BYTES_PER_TOKEN, WORDINESS, ArmForecast, Load, longest, taken
from wardian.runs.plan import Plan
from wardian.runs.rehearsal import World, rehearse
from wardian.runs.spoken import spoken_for
from wardian.scoring.statistics import TYPICAL, Power
from wardian.specs.agents import ToolAgentSpec
from wardian.specs.endpoints import EndpointSpec
from wardian.specs.fusion.panels import Share
from wardian.specs.job import JobSpec

__all__ = ["Forecast"]

WISHED: Final = 0.03
"""A difference of success that people want to see."""


class Forecast(Frozen):
    """How much a job is.

    `asking` are arms and users that ask models, `unestimated` arms that ask as often as they like. `unpriced` are
    models whose cost is unknown; `simulated`: no real model is asked; `replayed`: none at all is.
    `power` says which differences of success so many tasks can show, for tasks of typical difficulty.
    """

    job: str
    episodes: int
    tasks: int
    arms: int
    asking: tuple[ArmForecast, ...]
    unestimated: tuple[str, ...]
    unpriced: tuple[str, ...]
    simulated: bool
    replayed: bool
    power: Power

    @property
    def total(self) -> ArmForecast:
        """All that can be estimated together."""
        return sum(self.asking, ArmForecast(arm="total"))

    @classmethod
    def of(cls, job: JobSpec, packs: Mapping[str, Pack]) -> "Forecast":
        """Work it out; reference solutions are played, no model is asked.

        Raises:
            ConfigError: when a task is not there.
        """
        plan = Plan(job, packs)
        worlds = asyncio.run(_worlds(plan, packs, job.limits.turns))
        arms = [_arm(job, agent, worlds.values()) for agent in job.agents if agent.kind == "tools"]
        users = [
            spoken_for(job, world.user, world.label, worlds[world.label]) for world in job.environments if world.user
        ]
        own = [agent.name for agent in job.agents if agent.kind in ("callable", "process") and agent.model]
        tasks = len(plan) // (len(plan.agents) * job.tries)
        return cls(
            job=job.name,
            episodes=len(plan),
            tasks=tasks,
            arms=len(plan.agents),
            asking=(*arms, *users),
            unestimated=tuple(own),
            unpriced=tuple(dict.fromkeys(place.model for place in job.deployments.values() if not _priced(place.spec))),
            simulated=job.only_simulated,
            replayed=job.cache.replays,
            power=TYPICAL.power(tasks, job.tries, WISHED),
        )


async def _worlds(plan: Plan, packs: Mapping[str, Pack], most_turns: int) -> dict[str, World]:
    """By environment; all arms play the same episodes."""
    first = plan.agents[0].name
    clock = SystemClock()
    played: dict[str, list[EpisodeSpec]] = {}
    for spec in plan:
        if spec.agent.name == first:
            played.setdefault(spec.environment.name, []).append(spec)
    worlds = {}
    for name, specs in played.items():
        turns = {spec.task.id: min(len(packs[name].reference(spec.task.id)), most_turns) for spec in specs}
        met = await rehearse(list({spec.task.id: spec for spec in specs}.values()), packs[name], most_turns, clock)
        worlds[name] = World(len(specs), sum(turns[spec.task.id] for spec in specs), met)
    return worlds


def _arm(job: JobSpec, agent: ToolAgentSpec, worlds: Iterable[World]) -> ArmForecast:
    prompt = len(job.prompts[agent.prompt].encode()) if agent.prompt else 0
    forecast = ArmForecast(arm=agent.name)
    for world in worlds:
        for name, share in job.panels.shares(agent.model, tools=world.tools).items():
            places = [place.spec for place in job.asked[name].usable(name)]
            forecast += _share(world, places, prompt, longest(agent.sampling, places), job, share)
    return forecast


def _share(
    world: World, places: Sequence[EndpointSpec], prompt: int, bound: int | None, job: JobSpec, share: Share
) -> ArmForecast:
    """What one model takes for one environment, alone or in a fusion."""
    low = _along_references(world, prompt).times(share.least)
    expected = _with_detours(world, prompt, bound, job.limits.turns).times(share.expected)
    most = _at_the_limits(world, prompt, bound, job)
    turns = world.episodes * job.limits.turns
    if most is not None:
        most = most.times(share.most, share.read * turns * (bound or 0))
    return taken(places, low, expected, most, turns * share.most)


def _along_references(world: World, prompt: int) -> Load:
    read = sum(sum(each.read) + prompt * len(each.read) for each in world.met)
    repeated = sum(sum(each.read[:-1]) + prompt * (len(each.read) - 1) for each in world.met)
    written = sum(sum(each.written) for each in world.met)
    tokens = world.scale / BYTES_PER_TOKEN
    return Load(world.calls, read * tokens, written * tokens, repeated * tokens)


def _with_detours(world: World, prompt: int, bound: int | None, turns: int) -> Load:
    calls = read = written = 0.0
    for each in world.met:
        some = min(len(each.read) * DETOURS, turns)
        said = sum(each.written) / len(each.written) / BYTES_PER_TOKEN * WORDINESS
        calls += some
        read += some * (prompt + each.opening + each.growth * (some - 1) / 2) / BYTES_PER_TOKEN
        written += some * (said if bound is None else min(said, bound))
    return Load(calls * world.scale, read * world.scale, written * world.scale)


def _at_the_limits(world: World, prompt: int, bound: int | None, job: JobSpec) -> Load | None:
    """Every turn with the longest answer; None when nothing limits that."""
    turns, together = job.limits.turns, job.limits.output_tokens
    if bound is None:
        return None
    written = turns * bound if together is None else min(turns * bound, together + bound)
    opening = (prompt + max(each.opening for each in world.met)) / FEWEST_BYTES_PER_TOKEN
    answer = max(each.longest_answer for each in world.met) / FEWEST_BYTES_PER_TOKEN
    read = turns * opening + answer * turns * (turns - 1) / 2 + written * (turns - 1) / 2
    if together is not None:  # the early turns may have written it all
        read = turns * opening + answer * turns * (turns - 1) / 2 + written * (turns - 1)
    return Load(world.episodes * turns, world.episodes * read, world.episodes * written)


def _priced(place: EndpointSpec) -> bool:
    return place.own or place.price is not None
