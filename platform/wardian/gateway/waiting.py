"""Waiting for an answer as long as somebody wants it."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from http import HTTPStatus
from typing import Any, TypeVar

from wardian.base.errors import InfraError
from wardian.serving.refusal import Refused
from wardian.simulator.asgi import Receive

__all__ = ["Gone", "attended"]

T = TypeVar("T")


class Gone(InfraError):
    """The client has left: nobody would hear the answer."""


async def attended(
    work: Coroutine[Any, Any, T],
    receive: Receive,
    ending: asyncio.Event,
    beat: Callable[[], Awaitable[None]] | None = None,
    every_s: float | None = None,
) -> T:
    """What comes of `work`, which is cancelled when the client leaves: nobody pays for what nobody hears.

    Args:
        work: raises nothing that somebody has to know of one by one: it goes up in a group.
        receive: of a request whose body has been read.
        ending: set when the server waits for no answer any more.
        beat: called after each `every_s` seconds in which nothing has come of it yet.
        every_s: seconds; None for never.

    Raises:
        Gone: when the client has left.
        Refused: when the server ends before.
    """
    async with asyncio.TaskGroup() as group:
        working, leaving = group.create_task(work), group.create_task(_left(receive))
        awaited = {working, leaving, group.create_task(ending.wait())}
        while not any(task.done() for task in awaited):
            done, _ = await asyncio.wait(awaited, timeout=every_s, return_when=asyncio.FIRST_COMPLETED)
            if not done and beat is not None:
                await beat()
        for task in awaited:
            task.cancel()
    if working.cancelled() and ending.is_set():
        text = "the server was told to stop before the answer was there"
        raise Refused("shutting_down", text, HTTPStatus.SERVICE_UNAVAILABLE)
    if working.cancelled():
        raise Gone("the client has left")
    return working.result()


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue
