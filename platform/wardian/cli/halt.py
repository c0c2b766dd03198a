"""How what is met beside the episodes of a run pauses it."""

import asyncio
from collections.abc import Callable
from typing import NoReturn

from wardian.runs.pausing import Pause

__all__ = ["Halt"]


class Halt:
    """Pauses a run as soon as it can be paused."""

    def __init__(self) -> None:
        self._pause: Callable[[Pause], None] | None = None
        self._wanted: Pause | None = None

    def given(self, pause: Callable[[Pause], None]) -> None:
        """Learn how the run is paused."""
        self._pause = pause
        if self._wanted is not None:
            pause(self._wanted)

    def now(self, pause: Pause) -> None:
        """Pause the run."""
        self._wanted = self._wanted or pause
        if self._pause is not None:
            self._pause(pause)

    async def for_ever(self, pause: Pause) -> NoReturn:
        """Pause the run, and never return, so that nobody decides by what was met: whoever waits ends with the run."""
        self.now(pause)
        while True:
            await asyncio.Event().wait()
