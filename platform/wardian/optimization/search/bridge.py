"""Between an event loop and code of others that wants to block."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from typing import Any, TypeVar

__all__ = ["Bridge"]

T = TypeVar("T")
Asked = tuple[Callable[[], Awaitable[Any]], "Future[Any]"]


class Bridge:
    """Runs a function in a thread that may `call` coroutine functions of the loop, one after the other.

    When whoever waits for it is cancelled, or one of the calls fails, every further call in the thread raises, so that
    it ends as well.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._asked: asyncio.Queue[Asked | None] = asyncio.Queue()
        self._closed = False

    async def run(self, function: Callable[[], T]) -> T:
        """The result of `function`, which runs in a thread."""
        async with asyncio.TaskGroup() as group:
            running = group.create_task(asyncio.to_thread(function))
            running.add_done_callback(lambda _: self._asked.put_nowait(None))
            await self._serve()
        return running.result()

    def call(self, work: Callable[[], Awaitable[T]]) -> T:
        """The result of `work`, for the thread, which waits for it.

        Raises:
            concurrent.futures.CancelledError: nobody waits for the thread any more.
        """
        answer: Future[T] = Future()
        self._loop.call_soon_threadsafe(self._take, (work, answer))
        return answer.result()

    def _take(self, asked: Asked) -> None:
        if self._closed:
            asked[1].cancel()
        else:
            self._asked.put_nowait(asked)

    async def _serve(self) -> None:
        answer: Future[Any] | None = None
        try:
            while (asked := await self._asked.get()) is not None:
                work, answer = asked
                answer.set_result(await work())
        finally:
            self._closed = True
            if answer is not None:
                answer.cancel()
