"""Episodes in this process."""

import asyncio
from collections.abc import Iterable

from wardian.episodes.record import EpisodeSpec
from wardian.runs.executor import Deliver, Play

__all__ = ["LocalExecutor"]


class LocalExecutor:
    """Plays up to `concurrency` episodes at once on the running event loop."""

    def __init__(self, play: Play, concurrency: int) -> None:
        self._play = play
        self._concurrency = concurrency

    async def play_all(self, specs: Iterable[EpisodeSpec], deliver: Deliver) -> None:
        """Deliver the results in completion order."""
        waiting = iter(specs)

        async def slot() -> None:
            for spec in waiting:
                await deliver(await self._play(spec))

        async with asyncio.TaskGroup() as group:
            for _ in range(self._concurrency):
                group.create_task(slot())
