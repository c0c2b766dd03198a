"""A thread of its own for a store that blocks."""

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

from wardian.base.errors import Failure, boundary

__all__ = ["Exporter"]

T = TypeVar("T")

CAPACITY = 10_000


class Exporter(Generic[T]):
    """Gives what is `put` to `export`, in batches, in one daemon thread.

    Nobody ever waits for it: when the store is slow the oldest items go, when it fails the batch is
    tried again with the next one. The thread is a daemon, so that a store that hangs cannot keep
    the process from ending; `asyncio.to_thread` could not promise that.

    Args:
        export: takes a batch (maybe an empty one); must be harmless when it is given the same again.
        report: is told, in that thread, of everything that goes wrong.
        pause_s: between two batches.
        capacity: how many items may wait.
    """

    def __init__(
        self,
        export: Callable[[tuple[T, ...]], None],
        report: Callable[[Failure], None],
        pause_s: float = 1.0,
        capacity: int = CAPACITY,
    ) -> None:
        self._export = export
        self._report = report
        self._pause_s = pause_s
        self._waiting: deque[T] = deque(maxlen=capacity)
        self._batch: deque[T] = deque(maxlen=capacity)
        self._stopping = threading.Event()
        self._ended: Future[None] = Future()
        self._last: Callable[[], None] = lambda: None
        self._thread = threading.Thread(target=self._run, name="wardian-exporter", daemon=True)

    def start(self) -> None:
        """Begin, with an empty batch that lets `export` connect."""
        self._thread.start()

    def put(self, item: T) -> None:
        """Take `item`, at once."""
        self._waiting.append(item)

    async def finish(self, last: Callable[[], None], timeout_s: float) -> None:
        """Export what waits, then call `last` in that thread.

        Raises:
            TimeoutError: when that takes longer; the thread is left to itself.
        """
        self._last = last
        self._stopping.set()
        ended = asyncio.shield(asyncio.wrap_future(self._ended))  # the thread may still want to say so
        await asyncio.wait_for(ended, timeout_s)

    def _run(self) -> None:
        self._drain()
        while not self._stopping.wait(self._pause_s):
            if self._waiting or self._batch:
                self._drain()
        self._drain()
        with boundary(self._report):
            self._last()
        self._ended.set_result(None)

    def _drain(self) -> None:
        while self._waiting:  # others go on putting while the batch is exported
            self._batch.append(self._waiting.popleft())
        with boundary(self._report):
            self._export(tuple(self._batch))
            self._batch.clear()
