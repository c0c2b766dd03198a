"""What ties an actor to its cluster: who is cut off is taken for lost, and another one is started in its place."""

import asyncio
import os
from collections.abc import Callable
from typing import Final

import ray

from wardian.base.clock import SystemClock
from wardian.cluster.nodes import draining_nodes

__all__ = ["CUT_OFF_S", "FORGOTTEN_S", "Lifeline", "end_with"]

CUT_OFF_S: Final = 20.0
"""A control store that does not answer for so long is out of reach; one that was restarted is back by then."""
FORGOTTEN_S: Final = 180.0
"""So long somebody who is gone may seem to hold something: a file server forgets clients after 90 s (NFS 4)."""
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
        """Return when the control store is out of reach: then somebody else may do our work.

        Only a question that nobody has answered counts, or questions that fail one after the other; not the time in
        which this process had something else to do and asked nothing.
        """
        clock = SystemClock()
        failing: float | None = None
        while True:
            begun = clock.monotonic()
            asked = asyncio.ensure_future(asyncio.to_thread(self._ask))
            done, _ = await asyncio.wait({asked}, timeout=self._longest_s)
            if not done:
                return
            if asked.exception() is None:
                failing = None
            elif failing is None:
                failing = begun
            elif clock.monotonic() - failing >= self._longest_s:
                return
            await clock.sleep(min(LOOK_S, self._longest_s / 10))


async def end_with(lifeline: Lifeline) -> None:
    """End this process when it is cut off. What is finished stands in the journal, and workers outlive us."""
    await lifeline.broken()
    os._exit(1)
