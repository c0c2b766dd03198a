"""Episodes in this process."""

import asyncio
import os
import socket
from collections.abc import Callable, Iterable, Sequence

from wardian.models.gauges import LaneGauge
from wardian.runs.executor import Deliver, Planned, Play
from wardian.runs.gauges import WorkerGauge
from wardian.runs.lull import Lull
from wardian.scoring.finished import Finished

__all__ = ["LocalExecutor"]


class LocalExecutor:
    """Plays up to `concurrency` episodes at once on the running event loop.

    Args:
        play: plays one of them.
        concurrency: how many at once.
        lanes: reads the gauges of the models that `play` asks.
        settled: told the keys of episodes that will not be played again.
    """

    def __init__(
        self,
        play: Play,
        concurrency: int,
        lanes: Callable[[], tuple[LaneGauge, ...]] = tuple,
        settled: Callable[[str], object] = str,
    ) -> None:
        self._play = play
        self._concurrency = concurrency
        self._lanes = lanes
        self._settled = settled
        self._playing = 0

    async def play_all(self, specs: Iterable[Planned], deliver: Deliver) -> None:
        """Deliver the results in completion order."""
        waiting = iter(specs)

        async def slot() -> None:
            for spec in waiting:
                if isinstance(spec, Lull):
                    await spec.over()
                    continue
                self._playing += 1
                scored = await self._play(spec)
                self._playing -= 1
                await deliver(Finished.of(scored))
                if not scored.episode.missing:
                    self._settled(spec.key)

        async with asyncio.TaskGroup() as group:
            for _ in range(self._concurrency):
                group.create_task(slot())

    async def workers(self) -> Sequence[WorkerGauge]:
        """This process, the only one that plays."""
        here = WorkerGauge(
            name="here", host=socket.gethostname(), pid=os.getpid(), episodes=self._playing, lanes=self._lanes()
        )
        return (here,)
