"""What `assembly` opens: something that plays episodes, and says what goes on at its models."""

from collections.abc import Callable

from wardian.episodes.record import EpisodeSpec
from wardian.models.gauges import LaneGauge
from wardian.runs.executor import Play
from wardian.runs.hangs import HangNotes
from wardian.runs.steps.steps import Steps
from wardian.scoring.score import Scored

__all__ = ["Player"]


class Player:
    """A `Play` with a window.

    Args:
        play: plays and scores one episode.
        lanes: reads the gauges of the models that it asks.
        steps: the calls of its episodes.
        hangs: those that took another process with them.
    """

    def __init__(
        self, play: Play, lanes: Callable[[], tuple[LaneGauge, ...]], steps: Steps, hangs: HangNotes | None = None
    ) -> None:
        self._play = play
        self._lanes = lanes
        self._steps = steps
        self._hangs = hangs or HangNotes(None)

    async def __call__(self, spec: EpisodeSpec) -> Scored:
        """Play one episode; never raises for what happens inside it."""
        return await self._play(spec)

    def lanes(self) -> tuple[LaneGauge, ...]:
        """What goes on at the models now."""
        return self._lanes()

    def advanced(self, episode: str) -> bool:
        """Whether `episode` (its key) is being played and has got further than its earlier players."""
        return self._steps.advanced(episode)

    def settled(self, episode: str) -> None:
        """The result of `episode` (its key) is kept: nothing is needed any more to play it on."""
        self._steps.settled(episode)

    def look_again(self) -> None:
        """Episodes come whose player was lost."""
        self._steps.look_again()
        self._hangs.look()
