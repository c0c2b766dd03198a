"""What ties an actor to its cluster: who is cut off is taken for lost, and another one is started in its place."""

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import ray

from wardian.cluster.nodes import draining_nodes

__all__ = ["CUT_OFF_S", "FORGOTTEN_S", "Lifeline"]

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

    def hold(self) -> None:
        """End this process as soon as it is cut off. What is finished stands in the journal, and workers outlive us.

        A thread watches, for the event loop may be what hangs: starting an actor is a call that blocks.
        """
        threading.Thread(target=self._end_when_broken, name="lifeline", daemon=True).start()

    def await_break(self) -> None:
        """Block until the control store is out of reach: then somebody else may do our work.

        Glances without an answer are counted, not time: a process that was frozen has asked nothing.
        """
        answered, over = threading.Event(), threading.Event()
        glance_s, silent_s = min(LOOK_S, self._longest_s / 10), 0.0
        threading.Thread(target=self._keep_asking, args=(answered, over, glance_s), daemon=True).start()
        while silent_s < self._longest_s:
            silent_s = 0.0 if answered.wait(glance_s) else silent_s + glance_s
            answered.clear()
        over.set()

    def _keep_asking(self, answered: threading.Event, over: threading.Event, pause_s: float) -> None:
        while not over.wait(pause_s):
            with suppress(Exception):  # an error is no answer, whichever it is
                self._ask()
                answered.set()

    def _end_when_broken(self) -> None:
        self.await_break()
        os._exit(1)
