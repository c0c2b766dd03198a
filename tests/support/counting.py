"""Episodes of agents that count to a number, and the worlds in which they can be tried again."""

from collections.abc import Callable, Sequence

from support.packs.counter.environment import CounterPack

from wardian.agents.script_agent import ScriptAgent
from wardian.base.messages import Message, ToolSchema
from wardian.certification.trial import played, tried
from wardian.environments.environment import Environment
from wardian.episodes.record import Episode, EpisodeSpec
from wardian.optimization.evidence.worlds import World
from wardian.scoring.score import Scored
from wardian.specs.job import Limits

PACK = CounterPack(tasks=6)


class CounterWorlds:
    """Knows everything of the pack; `around` says why nobody can try anything, `make` makes other worlds."""

    def __init__(self, around: str = "", make: Callable[[str], Environment] = PACK.environment) -> None:
        self._around = around
        self._make = make

    async def record(self, spec: EpisodeSpec) -> Episode | None:
        """The reference's, which counts by ones."""
        card = next(card for card in PACK.tasks() if card.id == spec.task.id)
        return await tried(PACK, card, PACK.reference(card.id))

    def world(self, episode: Episode) -> World | str:
        """Its world."""
        task = episode.spec.task.id
        return self._around or World(lambda: self._make(task), PACK.reference(task))

    async def tools(self, spec: EpisodeSpec) -> Sequence[ToolSchema]:
        """One, which adds."""
        return PACK.environment(spec.task.id).tools()


async def counted(to: int, *script: Message, turns: int = 20) -> Episode:
    """Somebody counts, or tries to."""
    card = PACK.tasks()[to - 1]
    return await played(PACK, card, ScriptAgent(script, "somebody"), limits=Limits(turns=turns))


def scored(*episodes: Episode) -> list[Scored]:
    """The episodes as a campaign has them."""
    return [Scored(episode=episode) for episode in episodes]
