"""What a job will take before it has taken anything: calls, tokens and money, as low, expected and max.

Low is every task's reference solution, with all that was read before at the price of cached input where there is one.
Expected takes half as many calls again, with answers twice as long, all of it at full price. Max is the limits: every
turn used, every answer as long as it may be, every tool as talkative as the most talkative one met in the references.
Repetitions after faults and second requests (`hedge`) are in none of them. Of several places where a model may answer
the cheapest counts for low, the first for expected, the dearest for max.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from wardian.base.clock import SystemClock
from wardian.base.frozen import Frozen
from wardian.base.messages import Usage
from wardian.environments.pack import Pack
from wardian.episodes.record import EpisodeSpec
from wardian.models.encoding import ANTHROPIC_ANSWER_TOKENS, BYTES_PER_TOKEN
from wardian.models.pricing import cost_usd
from wardian.runs.plan import Plan
from wardian.runs.rehearsal import Conversation, rehearse
from wardian.scoring.statistics import TYPICAL, Power
from wardian.specs.agents import ToolAgentSpec
from wardian.specs.endpoints import EndpointSpec
from wardian.specs.job import JobSpec

__all__ = ["ArmForecast", "Forecast", "Range"]

DETOURS: Final = 1.5
WORDINESS: Final = 2.0
WISHED: Final = 0.03
"""A difference of success that people want to see."""
FEWEST_BYTES_PER_TOKEN: Final = 2
"""Of texts in the languages that packs are written in; for the max."""


class Range(Frozen):
    """A figure as it may turn out; `most` None when nothing limits it."""

    low: float
    expected: float
    most: float | None

    def __add__(self, other: "Range") -> "Range":
        most = None if self.most is None or other.most is None else self.most + other.most
        return Range(low=self.low + other.low, expected=self.expected + other.expected, most=most)


NOTHING: Final = Range(low=0.0, expected=0.0, most=0.0)


class ArmForecast(Frozen):
    """One arm that asks models; `usd` None when a price is unknown."""

    arm: str
    calls: Range = NOTHING
    input_tokens: Range = NOTHING
    output_tokens: Range = NOTHING
    usd: Range | None = NOTHING

    def __add__(self, other: "ArmForecast") -> "ArmForecast":
        return ArmForecast(
            arm=self.arm,
            calls=self.calls + other.calls,
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            usd=None if self.usd is None or other.usd is None else self.usd + other.usd,
        )


class Forecast(Frozen):
    """How much a job is.

    `unpriced` are models whose cost is unknown; `simulated`: no real model is asked; `replayed`: none at all is.
    `power` says which differences of success so many tasks can show, for tasks of typical difficulty.
    """

    job: str
    episodes: int
    tasks: int
    arms: int
    asking: tuple[ArmForecast, ...]
    unpriced: tuple[str, ...]
    simulated: bool
    replayed: bool
    power: Power

    @property
    def total(self) -> ArmForecast:
        """All arms together."""
        return sum(self.asking, ArmForecast(arm="total"))

    @classmethod
    def of(cls, job: JobSpec, packs: Mapping[str, Pack]) -> "Forecast":
        """Work it out; reference solutions are played, no model is asked.

        Raises:
            ConfigError: when a task is not there.
        """
        plan = Plan(job, packs)
        worlds = asyncio.run(_worlds(plan, packs, job.limits.turns))
        asking = [agent for agent in job.agents if agent.kind == "tools"]
        tasks = len(plan) // (len(plan.agents) * job.repeats)
        return cls(
            job=job.name,
            episodes=len(plan),
            tasks=tasks,
            arms=len(plan.agents),
            asking=tuple(_arm(job, agent, worlds) for agent in asking),
            unpriced=tuple(dict.fromkeys(place.model for place in job.deployments.values() if not _priced(place.spec))),
            simulated=bool(job.asked) and all(job.is_simulated(name) for name in job.asked),
            replayed=job.cache.replays,
            power=TYPICAL.power(tasks, job.repeats, WISHED),
        )


@dataclass(frozen=True, slots=True)
class _World:
    """An environment's share of one arm: its episodes, their calls along the references, and what those look like."""

    episodes: int
    calls: int
    met: Sequence[Conversation]

    @property
    def scale(self) -> float:
        """From the conversations that were met to all."""
        return self.calls / max(sum(len(each.read) for each in self.met), 1)


async def _worlds(plan: Plan, packs: Mapping[str, Pack], most_turns: int) -> list[_World]:
    """One for each environment; all arms play the same episodes."""
    first = plan.agents[0].name
    clock = SystemClock()
    played: dict[str, list[EpisodeSpec]] = {}
    for spec in plan:
        if spec.agent.name == first:
            played.setdefault(spec.environment.name, []).append(spec)
    worlds = []
    for name, specs in played.items():
        turns = {spec.task.id: min(len(packs[name].reference(spec.task.id)), most_turns) for spec in specs}
        met = await rehearse(list({spec.task.id: spec for spec in specs}.values()), packs[name], most_turns, clock)
        worlds.append(_World(len(specs), sum(turns[spec.task.id] for spec in specs), met))
    return worlds


def _arm(job: JobSpec, agent: ToolAgentSpec, worlds: Iterable[_World]) -> ArmForecast:
    prompt = len(job.prompts[agent.prompt].encode()) if agent.prompt else 0
    forecast = ArmForecast(arm=agent.name)
    for world in worlds:
        for name in job.members(agent.model):
            places = [place.spec for place in job.asked[name].usable(name)]
            forecast += _share(world, places, prompt, _longest(agent, places), job)
    return forecast


def _share(
    world: _World, places: Sequence[EndpointSpec], prompt: int, longest: int | None, job: JobSpec
) -> ArmForecast:
    """What one model takes for one environment."""
    low = _along_references(world, prompt)
    expected = _with_detours(world, prompt, longest, job.limits.turns)
    most = _at_the_limits(world, prompt, longest, job)
    return ArmForecast(
        arm="",
        calls=_range(low.calls, expected.calls, world.episodes * job.limits.turns),
        input_tokens=_range(low.read, expected.read, most.read if most else None),
        output_tokens=_range(low.written, expected.written, most.written if most else None),
        usd=_cheapest_to_dearest([_cost(place, low, expected, most) for place in places]),
    )


def _range(low: float, expected: float, most: float | None) -> Range:
    """Limits may be tighter than references are long: then the max holds."""
    expected = expected if most is None else min(expected, most)
    return Range(low=min(low, expected), expected=expected, most=most)


@dataclass(frozen=True, slots=True)
class _Load:
    """Calls and their tokens; `repeated` of those that are read were read before in the same episode."""

    calls: float
    read: float
    written: float
    repeated: float = 0.0


def _along_references(world: _World, prompt: int) -> _Load:
    read = sum(sum(each.read) + prompt * len(each.read) for each in world.met)
    repeated = sum(sum(each.read[:-1]) + prompt * (len(each.read) - 1) for each in world.met)
    written = sum(sum(each.written) for each in world.met)
    tokens = world.scale / BYTES_PER_TOKEN
    return _Load(world.calls, read * tokens, written * tokens, repeated * tokens)


def _with_detours(world: _World, prompt: int, longest: int | None, turns: int) -> _Load:
    calls = read = written = 0.0
    for each in world.met:
        some = min(len(each.read) * DETOURS, turns)
        said = sum(each.written) / len(each.written) / BYTES_PER_TOKEN * WORDINESS
        calls += some
        read += some * (prompt + each.opening + each.growth * (some - 1) / 2) / BYTES_PER_TOKEN
        written += some * (said if longest is None else min(said, longest))
    return _Load(calls * world.scale, read * world.scale, written * world.scale)


def _at_the_limits(world: _World, prompt: int, longest: int | None, job: JobSpec) -> _Load | None:
    """Every turn with the longest answer; None when nothing limits that."""
    turns, together = job.limits.turns, job.limits.output_tokens
    if longest is None:
        return None
    written = turns * longest if together is None else min(turns * longest, together + longest)
    opening = (prompt + max(each.opening for each in world.met)) / FEWEST_BYTES_PER_TOKEN
    answer = max(each.longest_answer for each in world.met) / FEWEST_BYTES_PER_TOKEN
    read = turns * opening + answer * turns * (turns - 1) / 2 + written * (turns - 1) / 2
    if together is not None:  # the early turns may have written it all
        read = turns * opening + answer * turns * (turns - 1) / 2 + written * (turns - 1)
    return _Load(world.episodes * turns, world.episodes * read, world.episodes * written)


def _longest(agent: ToolAgentSpec, places: Iterable[EndpointSpec]) -> int | None:
    """Tokens of the longest answer that `agent` can get at any of `places`."""
    if agent.sampling.max_tokens:
        return agent.sampling.max_tokens
    longest = [ANTHROPIC_ANSWER_TOKENS if place.dialect == "anthropic" else place.max_output_tokens for place in places]
    return max((each for each in longest if each is not None), default=None) if all(longest) else None


def _priced(place: EndpointSpec) -> bool:
    return place.own or place.price is not None


def _cheapest_to_dearest(costs: Sequence[Range | None]) -> Range | None:
    """Of all places where a model may answer; the first of them is expected to. None when a price is missing."""
    known = [cost for cost in costs if cost is not None]
    if len(known) < len(costs):
        return None
    most = [cost.most for cost in known if cost.most is not None]
    return Range(
        low=min(cost.low for cost in known),
        expected=known[0].expected,
        most=max(most) if len(most) == len(known) else None,
    )


def _cost(place: EndpointSpec, low: _Load, expected: _Load, most: _Load | None) -> Range | None:
    """US dollars; None without a price."""
    price = place.price
    if place.own:
        return NOTHING
    if price is None:
        return None

    def usd(load: _Load, *, cached: float = 0.0, stored: float = 0.0) -> float:
        usage = Usage(
            input_tokens=round(load.read),
            output_tokens=round(load.written),
            cached_tokens=round(cached),
            cache_write_tokens=round(stored),
        )
        return cost_usd(price, usage) or 0.0

    stored = 0.0 if most is None or place.dialect != "anthropic" else most.read
    cheapest = usd(low, cached=low.repeated if price.cached is not None else 0.0)
    return _range(cheapest, usd(expected), None if most is None else usd(most, stored=stored))
