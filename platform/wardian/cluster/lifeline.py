"""What ties an actor to its cluster: who is cut off is taken for lost, and another one is started in its place."""

import asyncio
from collections.abc import Callable
from typing import Final

import ray

from wardian.base.clock import SystemClock
from wardian.cluster.nodes import draining_nodes

__all__ = ["CUT_OFF_S", "Lifeline"]

CUT_OFF_S: Final = 20.0
"""A control store that does not answer for so long is out of reach; one that was restarted is back by then."""
LOOK_S: Final = 1.0


class Lifeline:
    """Tells an actor that Ray may start again how things stand with the cluster.

    Args:
        ask: asks the cluster's control store something; may block for ever.
        longest_s: so long the control store may not answer.
    """

    def __init__(self, ask: Callable[[], object] = draining_nodes, longest_s: float = CUT_OFF_S) -> None:
        self._ask = ask
        self._longest_s = longest_s

    def restored(self) -> bool:
        """Whether this actor was lost before. The earlier one may live on where nobody sees it, for `CUT_OFF_S`."""
        return bool(ray.get_runtime_context().was_current_actor_reconstructed)

    async def broken(self) -> None:
        """Return when the control store has not answered for so long: then somebody else may do our work."""
        clock = SystemClock()
        answered = clock.monotonic()
        while (left := answered + self._longest_s - clock.monotonic()) > 0:
            asked = asyncio.ensure_future(asyncio.to_thread(self._ask))
            done, _ = await asyncio.wait({asked}, timeout=left)
            if done and asked.exception() is None:
                answered = clock.monotonic()
            await clock.sleep(min(LOOK_S, self._longest_s / 10))
