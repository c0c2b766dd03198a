"""Episodes in this process."""

import asyncio
from collections.abc import AsyncGenerator, Iterable

from wardian.episodes.record import EpisodeSpec
from wardian.runs.executor import Play
from wardian.scoring.score import Scored

__all__ = ["LocalExecutor"]


class LocalExecutor:
    """Plays up to `concurrency` episodes at once on the running event loop."""

    def __init__(self, play: Play, concurrency: int) -> None:
        self._play = play
        self._concurrency = concurrency

    async def map(self, specs: Iterable[EpisodeSpec]) -> AsyncGenerator[Scored, None]:
        """The results in completion order; a slow consumer holds the slots back."""
        waiting = iter(specs)
        results: asyncio.Queue[Scored | None] = asyncio.Queue(self._concurrency)

        async def slot() -> None:
            for spec in waiting:
                await results.put(await self._play(spec))
            await results.put(None)

        async with asyncio.TaskGroup() as group:
            for _ in range(self._concurrency):
                group.create_task(slot())
            busy = self._concurrency
            while busy:
                scored = await results.get()
                if scored is None:
                    busy -= 1
                else:
                    yield scored
