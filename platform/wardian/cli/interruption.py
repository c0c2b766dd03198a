"""Ctrl-C and SIGTERM: what is being played may end, nothing new begins."""

import asyncio
import os
import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console

from wardian.cli.exits import INTERRUPTED, TERMINATED

__all__ = ["Interruption"]

DRAIN_S = 10.0
CODES = {signal.SIGINT: INTERRUPTED, signal.SIGTERM: TERMINATED}

T = TypeVar("T")


class Interruption:
    """The first signal stops the plan and gives the episodes in flight ten seconds; the second ends at once."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._deadline: asyncio.TimerHandle | None = None
        self.exit_code = 0

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Take over SIGINT and SIGTERM for the running task; what follows the block is not cut short."""
        loop = asyncio.get_running_loop()
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  (called from a coroutine)
        for received, code in CODES.items():
            loop.add_signal_handler(received, self._received, code, task)
        try:
            yield
        finally:
            for received in CODES:
                loop.remove_signal_handler(received)
            if self._deadline is not None:
                self._deadline.cancel()

    def until_stopped(self, items: Iterable[T]) -> Iterator[T]:
        """`items` up to the moment of the first signal."""
        for item in items:
            if self.exit_code:
                return
            yield item

    def _received(self, code: int, task: "asyncio.Task[object]") -> None:
        if self.exit_code:
            os._exit(code)
        self.exit_code = code
        self._console.print(f"\nstopping: episodes in flight get {DRAIN_S:.0f} s to end; once more to stop at once")
        self._deadline = asyncio.get_running_loop().call_later(DRAIN_S, task.cancel)
