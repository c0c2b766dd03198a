"""What `assembly` opens: something that plays episodes, and says what goes on at its models."""

from collections.abc import Callable

from wardian.episodes.record import EpisodeSpec
from wardian.models.gauges import LaneGauge
from wardian.runs.executor import Play
from wardian.scoring.score import Scored

__all__ = ["Player"]


class Player:
    """A `Play` with a window.

    Args:
        play: plays and scores one episode.
        lanes: reads the gauges of the models that it asks.
    """

    def __init__(self, play: Play, lanes: Callable[[], tuple[LaneGauge, ...]]) -> None:
        self._play = play
        self._lanes = lanes

    async def __call__(self, spec: EpisodeSpec) -> Scored:
        """Play one episode; never raises for what happens inside it."""
        return await self._play(spec)

    def lanes(self) -> tuple[LaneGauge, ...]:
        """What goes on at the models now."""
        return self._lanes()
