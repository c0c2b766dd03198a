"""Looking back at the failed episodes of a run, where that can be done."""

from wardian.episodes.hindsight.decisive import Hindsight, look_back
from wardian.episodes.record import Episode
from wardian.optimization.evidence.worlds import Worlds

__all__ = ["Lookback"]


class Lookback:
    """Finds decisive steps.

    Args:
        worlds: of the run's episodes.
    """

    def __init__(self, worlds: Worlds) -> None:
        self._worlds = worlds

    async def look(self, episode: Episode) -> Hindsight | str:
        """Where `episode` was lost, or why nobody can find out."""
        world = self._worlds.world(episode)
        return world if isinstance(world, str) else await look_back(episode, world.make, world.reference)
