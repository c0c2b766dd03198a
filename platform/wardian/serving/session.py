"""One episode that somebody outside plays, and what he has kept of it."""

import asyncio
from typing import Final

from wardian.base.completion import Completion
from wardian.base.errors import EnvironmentFault
from wardian.base.messages import Message, ToolSchema
from wardian.episodes.driven import DrivenEpisode, Step
from wardian.episodes.record import Episode, Stop
from wardian.serving.refusal import Refused

__all__ = ["MOST_SNAPSHOTS", "Session"]

MOST_SNAPSHOTS: Final = 16


class Session:
    """A driven episode for callers that may come at once: each waits for the one before.

    Args:
        name: by which it is found.
        episode: the episode, not yet opened or already under way.
    """

    def __init__(self, name: str, episode: DrivenEpisode) -> None:
        self.name = name
        self.episode = episode
        self.snapshots: dict[str, bytes] = {}
        self._turn = asyncio.Lock()

    @property
    def tools(self) -> list[ToolSchema]:
        """The tools that may be called now."""
        return list(self.episode.tools)

    @property
    def history(self) -> list[Message]:
        """The conversation so far."""
        return list(self.episode.history)

    async def open(self) -> Step:
        """Begin: what the agent hears first."""
        async with self._turn:
            return await self.episode.open()

    async def close(self, stop: Stop) -> Episode:
        """End the episode, after the turn that is being played; its record."""
        async with self._turn:
            return await self.episode.close(stop)

    async def act(self, said: Message | Completion) -> Step:
        """Play the agent's next message.

        Raises:
            EpisodeEnded: when the episode has ended.
        """
        async with self._turn:
            return await self.episode.step(said)

    async def keep(self) -> str:
        """A snapshot's name.

        Raises:
            Refused: when there are too many.
        """
        async with self._turn:
            if len(self.snapshots) >= MOST_SNAPSHOTS:
                raise Refused("too_many_snapshots", f"a session keeps {MOST_SNAPSHOTS} snapshots at most")
            name = f"s{len(self.snapshots) + 1}"
            self.snapshots[name] = self.now()
            return name

    def now(self) -> bytes:
        """A snapshot that is not kept.

        Raises:
            Refused: when the environment has none.
        """
        try:
            return self.episode.snapshot()
        except EnvironmentFault as error:
            raise Refused("no_snapshot", str(error)) from None

    async def go_back(self, snapshot: str) -> None:
        """Go on from a snapshot.

        Raises:
            Refused: when there is no such snapshot.
        """
        async with self._turn:
            self.episode.restore(self.kept(snapshot))

    def kept(self, snapshot: str) -> bytes:
        """A snapshot by its name.

        Raises:
            Refused: when there is none.
        """
        if snapshot not in self.snapshots:
            known = ", ".join(self.snapshots) or "none"
            raise Refused("unknown_snapshot", f"there is no snapshot '{snapshot}'; there is {known}")
        return self.snapshots[snapshot]
