"""Ctrl-C, SIGTERM and `wardian pause`: what is being played may end, nothing new begins."""

import asyncio
import os
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

from rich.console import Console

from wardian.cli.exits import INCOMPLETE, INTERRUPTED, TERMINATED
from wardian.runs.folder import StopRequest
from wardian.runs.lull import Lull

__all__ = ["CODES", "Interruption"]

DRAIN_S = 10.0
GLANCE_S = 0.5
"""How often a run looks whether somebody asked it to stop."""
CODES = {signal.SIGINT: INTERRUPTED, signal.SIGTERM: TERMINATED}

T = TypeVar("T")


class Interruption:
    """The first signal stops the plan and gives the episodes in flight ten seconds; the second ends at once.

    Args:
        console: where it says so.
        asked: looks whether somebody else asked the run to stop; that is no signal, so its code is 3.
        signals: whether there are any; an actor gets none.
    """

    def __init__(
        self, console: Console, asked: Callable[[], StopRequest | None] = lambda: None, *, signals: bool = True
    ) -> None:
        self._codes = CODES if signals else {}
        self._console = console
        self._asked = asked
        self._deadline: asyncio.TimerHandle | None = None
        self._glance: asyncio.TimerHandle | None = None
        self._listening = False
        self._lull = Lull()
        self.exit_code = 0

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Take over SIGINT and SIGTERM for the running task; what follows the block is not cut short."""
        loop = asyncio.get_running_loop()
        self._listening = True
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  (called from a coroutine)
        for received, code in self._codes.items():
            loop.add_signal_handler(received, self._received, code, task)
        self._look(task)
        try:
            yield
        finally:
            self._listening = False
            for received in self._codes:
                loop.remove_signal_handler(received)
            for timer in (self._deadline, self._glance):
                if timer is not None:
                    timer.cancel()

    def until_stopped(self, items: Iterable[T]) -> Iterator[T]:
        """`items` up to the moment of the first signal."""
        for item in items:
            if self.exit_code:
                return
            if isinstance(item, Lull):
                self._lull = item
            yield item

    def _look(self, task: "asyncio.Task[object]") -> None:
        """In a thread: what is asked may be far away."""
        looking = asyncio.get_running_loop().run_in_executor(None, self._heard)
        looking.add_done_callback(partial(self._looked, task))

    def _heard(self) -> StopRequest | None:
        try:
            return self._asked()
        except OSError:  # a store that does not answer is the journal's business
            return None

    def _looked(self, task: "asyncio.Task[object]", looking: "asyncio.Future[StopRequest | None]") -> None:
        if not self._listening or looking.cancelled():
            return
        wanted = looking.result()
        if wanted is not None and not self.exit_code:
            self._received(INCOMPLETE, task)
        if wanted == "cancel":  # also while what is in flight is given its time
            task.cancel()
            return
        self._glance = asyncio.get_running_loop().call_later(GLANCE_S, self._look, task)

    def _received(self, code: int, task: "asyncio.Task[object]") -> None:
        if self.exit_code:
            os._exit(code)
        self.exit_code = code
        self._lull.end()
        self._console.print(f"\nstopping: episodes in flight get {DRAIN_S:.0f} s to end; once more to stop at once")
        self._deadline = asyncio.get_running_loop().call_later(DRAIN_S, task.cancel)
