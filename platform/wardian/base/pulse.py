"""Whether an event loop turns, and how much time was lost where it did not."""

import asyncio
import math
from typing import Final

__all__ = ["Pulse"]

SLACK_S: Final = 1.0
"""A loop that is busy takes so long for a turn; what goes beyond is lost."""


class Pulse:
    """Of the loop on which it `begin`s; another thread asks again and again. Times are the loop's, in seconds."""

    def __init__(self) -> None:
        self.turns = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._turned_at = math.inf
        self._lost = 0.0
        self._asked = False

    def begin(self) -> None:
        """Of the running loop."""
        self._loop = asyncio.get_running_loop()
        self._turned_at = self._loop.time()

    def end(self) -> None:
        """Nobody asks any more."""
        self._lost = self.lost(self._turned_at)
        self._turned_at = math.inf

    def ask(self) -> None:
        """Let the loop turn once, unless it has not yet since the last time; called by another thread."""
        if self._loop is not None and not self._asked:
            self._asked = True
            self._loop.call_soon_threadsafe(self._turned)

    def lost(self, now: float) -> float:
        """Seconds until `now` in which the loop did not turn."""
        return self._lost + max(now - self._turned_at - SLACK_S, 0.0)

    def steady(self) -> float:
        """The loop's time without what was lost; for any thread."""
        now = 0.0 if self._loop is None else self._loop.time()
        return now - self.lost(now)

    def _turned(self) -> None:
        assert self._loop is not None  # noqa: S101  (it has called this)
        now = self._loop.time()
        self._lost, self._turned_at = self.lost(now), now
        self.turns += 1
        self._asked = False
