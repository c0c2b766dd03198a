"""Machines that will be taken away: their workers get nothing new, and hand over what they play before they go."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Final

from wardian.base.clock import Clock
from wardian.cluster.crew import Worker
from wardian.cluster.nodes import draining_nodes, leaving
from wardian.runs.leases.coordinator import Coordinator

__all__ = ["Departures"]

LOOK_S: Final = 1.0
HAND_OVER_S: Final = 15.0
"""So long before its machine goes a worker begins no call any more."""
ANSWERS_S: Final = 5.0
"""So long calls in flight may take then; their answers are recorded, and others play on from them."""


class Departures:
    """Watches for machines that drain.

    Args:
        coordinator: knows what workers play.
        clock: the time.
        look: says which machines drain, and in how many seconds they go; may block.
    """

    def __init__(
        self, coordinator: Coordinator, clock: Clock, look: Callable[[], Mapping[str, float]] = draining_nodes
    ) -> None:
        self._coordinator = coordinator
        self._clock = clock
        self._look = look
        self._held: dict[str, float] = {}

    async def watch(self, workers: Callable[[], Iterable[Worker]], over: asyncio.Event) -> None:
        """Until `over`: let the workers of such machines go."""
        while not over.is_set():
            draining = await asyncio.to_thread(self._look)
            playing = {worker.name: worker for worker in workers()}
            for name, left_s in leaving({each.name: each.node for each in playing.values()}, draining).items():
                self._let_go(playing[name], left_s)
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await over.wait()

    def _let_go(self, worker: Worker, left_s: float) -> None:
        lane = self._coordinator.lanes[worker.name]
        lane.draining = worker.leaving = True
        if left_s < HAND_OVER_S and not lane.holding:
            lane.holding = True
            self._held[worker.name] = self._clock.monotonic()
            worker.nudge()
        held_s = self._clock.monotonic() - self._held.get(worker.name, self._clock.monotonic())
        if lane.idle or held_s > ANSWERS_S:
            worker.kill()
