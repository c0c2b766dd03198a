"""Calls under way: whoever still talks at the end is cut off."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Self

from wardian.base.fused import Answer

__all__ = ["OpenLines"]


class OpenLines:
    """Runs calls side by side until the end of its block, and no longer."""

    def __init__(self) -> None:
        self._group = asyncio.TaskGroup()
        self._calls: list[tuple[asyncio.Task[Answer], Callable[[], object]]] = []

    def open(self, call: Coroutine[None, None, Answer], ending: Callable[[], object]) -> None:
        """Begin `call`; `ending` is told when it is about to be cut off."""
        self._calls.append((self._group.create_task(call), ending))

    async def __aenter__(self) -> Self:
        """The lines."""
        await self._group.__aenter__()
        return self

    async def __aexit__(self, *exc: object) -> None:
        """Hang up. What the block raises goes on as it is, not as one of a group."""
        for task, ending in self._calls:
            if not task.done():
                ending()
                task.cancel()
        await self._group.__aexit__(None, None, None)
