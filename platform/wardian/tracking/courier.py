"""A thread of its own for deliveries to a store that may block."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future

from wardian.base.errors import Failure, boundary

__all__ = ["Courier"]


class Courier:
    """Calls `deliver` once a second, and less and less often while it fails, in one daemon thread.

    Nobody ever waits for it before `finish`. The thread is a daemon, so that a store that hangs cannot keep the
    process from ending; `asyncio.to_thread` could not promise that.

    Args:
        deliver: brings everything that waits; goes on, when it is called again, where it failed.
        report: is told, in that thread, of everything that goes wrong.
        ended: called in that thread when it has delivered for the last time.
        pause_s: between two deliveries.
        longest_pause_s: between two that fail: an attempt costs CPU that the run needs.
    """

    def __init__(
        self,
        deliver: Callable[[], None],
        report: Callable[[Failure], None],
        ended: Callable[[], None] = lambda: None,
        *,
        pause_s: float = 1.0,
        longest_pause_s: float = 30.0,
    ) -> None:
        self._deliver = deliver
        self._report = report
        self._closed = ended
        self._pause_s = pause_s
        self._longest_pause_s = longest_pause_s
        self._stopping = threading.Event()
        self._ended: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, name="wardian-courier", daemon=True)

    def start(self) -> None:
        """Begin with a first delivery."""
        self._thread.start()

    async def finish(self, timeout_s: float) -> None:
        """Deliver what waits, for the last time.

        Raises:
            TimeoutError: when that takes longer; the thread is left to itself.
        """
        self._stopping.set()
        await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(self._ended)), timeout_s)

    def _run(self) -> None:
        pause = 0.0
        while not self._stopping.wait(pause):
            pause = self._pause_s if self._delivered() else min(max(2 * pause, self._pause_s), self._longest_pause_s)
        self._delivered()
        self._closed()
        self._ended.set_result(None)

    def _delivered(self) -> bool:
        with boundary(self._report):
            self._deliver()
            return True
        return False
