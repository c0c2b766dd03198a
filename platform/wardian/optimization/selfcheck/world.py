"""Tasks and versions whose true success is known, task by task."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Annotated

from pydantic import Field

from wardian.base.bundle import Bundle
from wardian.base.frozen import Frozen
from wardian.base.identity import random_stream
from wardian.episodes.record import AgentRef, EnvironmentRef, TaskRef
from wardian.optimization.ground import Place
from wardian.optimization.selfcheck.traits import CHAMPION, TRAITS, habits

__all__ = ["AGENT", "Chances", "Storm", "World"]

Share = Annotated[float, Field(ge=0, le=1)]

AGENT = AgentRef(name=CHAMPION.agent, digest="selfcheck", model="sim/selfcheck", prompt="support")
SHOP = EnvironmentRef(name="numeric", pack="numeric", version="1", digest="numeric")
DEFECT = TRAITS["mends"]


class Storm(Frozen):
    """A provider that answers 429 and 5xx: so many episodes of an arm are missing.

    Args:
        share: of the episodes of every version but the champion, or of the champion's.
        champion: whose.
        failing: whether only episodes are lost that would have failed, the longest ones: that flatters the arm.
    """

    share: Share
    champion: bool = False
    failing: bool = False


class Chances(Frozen):
    """What may become of one version in one task."""

    success: float
    judged: float
    invents: float
    breaks: float
    cost: float
    turns: float


class World(Frozen):
    """A numeric world: no environment, no model, only chances.

    Args:
        seed: its difficulties follow from it.
        tasks: how many.
        templates: of tasks; task i is of template i modulo these.
        common: the share of seeds on which both arms have the same luck, as pairs on one seed do.
        missing: the share of episodes that somebody else than the agent breaks, in all arms.
        broken: the share that the agent breaks itself: they failed, and say nothing else.
        storm: more of that, in one arm.
        median_s: of an episode's duration, which is lognormal.
        sigma: of its logarithm.
        usd: the mean price of an episode.
    """

    seed: int
    tasks: int = 400
    templates: int = 10
    common: Share = 0.3
    missing: Share = 0.0
    broken: Share = 0.0
    storm: Storm | None = None
    median_s: float = 20.0
    sigma: float = 1.0
    usd: float = 0.01

    @property
    def places(self) -> tuple[Place, ...]:
        """All tasks; worlds have no task in common, so that each has halves of its own."""
        shop = SHOP.model_copy(update={"name": f"{SHOP.name}-{self.seed}"})
        return tuple(
            Place(environment=shop, task=TaskRef(id=f"t{number}", template=f"template-{number % self.templates}"))
            for number in range(self.tasks)
        )

    def chances(self, bundle: Bundle, task: str) -> Chances:
        """Those of a version in a task."""
        return _chances(self, habits(bundle), int(task[1:]))

    def success(self, bundle: Bundle, places: Iterable[Place], metric: str = "success") -> float:
        """The true mean of a metric (`success`, `score` or `judged`) over tasks that are drawn alike."""
        chances = [self.chances(bundle, place.task.id) for place in places]
        values = [each.judged if metric == "judged" else each.success for each in chances]
        return (1 - self.broken) * sum(values) / len(values)

    def gain(self, champion: Bundle, candidate: Bundle, places: tuple[Place, ...], metric: str = "success") -> float:
        """What a gate should find: the true mean difference."""
        return self.success(candidate, places, metric) - self.success(champion, places, metric)


@lru_cache(maxsize=100_000)
def _chances(world: World, traits: frozenset[str], number: int) -> Chances:
    template = number % world.templates
    touched = [TRAITS[name] for name in sorted(traits) if template < TRAITS[name].templates * world.templates]
    success = _difficulty(world.seed, number, template < DEFECT.templates * world.templates)
    success = min(0.97, max(0.03, success + sum(trait.success for trait in touched)))
    fooled = min(0.9, 0.1 + sum(trait.judged for trait in touched))
    return Chances(
        success=success,
        judged=0.9 * success + fooled * (1 - success),
        invents=0.04 + sum(trait.invents for trait in touched),
        breaks=0.04 + sum(trait.breaks for trait in touched),
        cost=world.usd * (1 + sum(trait.cost for trait in touched)),
        turns=8.0 * (1 + sum(trait.turns for trait in touched)),
    )


def _difficulty(seed: int, number: int, defect: bool) -> float:
    low, high = (0.1, 0.3) if defect else (0.55, 0.95)
    return random_stream(seed, "difficulty", number).uniform(low, high)
