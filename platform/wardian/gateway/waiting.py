"""Waiting for an answer as long as somebody wants it."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from wardian.base.errors import InfraError
from wardian.simulator.asgi import Receive

__all__ = ["Gone", "attended"]

T = TypeVar("T")


class Gone(InfraError):
    """The client has left: nobody would hear the answer."""


async def attended(
    work: Coroutine[Any, Any, T],
    receive: Receive,
    beat: Callable[[], Awaitable[None]] | None = None,
    every_s: float | None = None,
) -> T:
    """What comes of `work`, which is cancelled when the client leaves: nobody pays for what nobody hears.

    Args:
        work: raises nothing that somebody has to know of one by one: it goes up in a group.
        receive: of a request whose body has been read.
        beat: called after each `every_s` seconds in which nothing has come of it yet.
        every_s: seconds; None for never.

    Raises:
        Gone: when the client has left.
    """
    async with asyncio.TaskGroup() as group:
        working, leaving = group.create_task(work), group.create_task(_left(receive))
        while not working.done() and not leaving.done():
            done, _ = await asyncio.wait({working, leaving}, timeout=every_s, return_when=asyncio.FIRST_COMPLETED)
            if not done and beat is not None:
                await beat()
        for task in (working, leaving):
            task.cancel()
    if working.cancelled():
        raise Gone("the client has left")
    return working.result()


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue
