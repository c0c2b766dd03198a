"""Deadlines over time that counts: waiting for a rate limit costs nobody his time."""

import asyncio
import math
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

from wardian.base.clock import Clock

__all__ = ["ROUNDING_S", "Deadline", "Stopwatch"]

ROUNDING_S: Final = 1e-3
GLANCE_S: Final = 0.05
"""A deadline that has moved is looked at again no more often than this."""


class Stopwatch:
    """Seconds that count. It stands still as long as anybody holds it.

    Args:
        clock: the time.
        whole: that of something of which this is a part: whoever holds the part holds the whole.
    """

    __slots__ = ("_began", "_clock", "_held_at", "_holders", "_whole")

    def __init__(self, clock: Clock, whole: "Stopwatch | None" = None) -> None:
        self._clock = clock
        self._whole = whole
        self._began = clock.monotonic()
        self._held_at = 0.0
        self._holders = 0

    def read(self) -> float:
        """Seconds since it was made, without those for which it was held."""
        return (self._held_at if self._holders else self._clock.monotonic()) - self._began

    @property
    def held(self) -> bool:
        """Whether it stands still."""
        return self._holders > 0

    def hold(self) -> None:
        """Stand still until `let_go`; several may hold it at once."""
        if self._whole is not None:
            self._whole.hold()
        if not self._holders:
            self._held_at = self._clock.monotonic()
        self._holders += 1

    def let_go(self) -> None:
        """Go on, unless others hold it."""
        if self._whole is not None:
            self._whole.let_go()
        self._holders -= 1
        if not self._holders:
            self._began += self._clock.monotonic() - self._held_at


class Deadline:
    """Ends its block when the time is over; the code after it goes on, and `expired` says so.

    `asyncio.timeout` cannot do this where time may stand still: it would fire all the same, and what came in
    meanwhile would be thrown away.

    Args:
        read: the time that counts, in seconds: a stopwatch's `read`, or a clock's `monotonic`.
        seconds: how long the block may take; infinite or None for as long as it likes.
        ending: told when the block is about to be ended, which it may resist.
    """

    __slots__ = ("_ending", "_read", "_scope", "_seconds", "_timer", "_until", "expired")

    def __init__(
        self, read: Callable[[], float], seconds: float | None, ending: Callable[[], object] | None = None
    ) -> None:
        self.expired = False
        self._read = read
        self._seconds = None if seconds == math.inf else seconds
        self._ending = ending
        self._timer: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> Self:
        """Begin to count."""
        if self._seconds is not None:
            self._scope = asyncio.timeout(None)
            await self._scope.__aenter__()
            self._until = self._read() + self._seconds
            self._timer = asyncio.get_running_loop().call_later(self._seconds, self._look)
        return self

    def _look(self) -> None:
        left = self._until - self._read()
        if left > ROUNDING_S:
            self._timer = asyncio.get_running_loop().call_later(max(left, GLANCE_S), self._look)
            return
        if self._ending is not None:
            self._ending()
        self._scope.reschedule(0.0)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if self._timer is None:
            return False
        self._timer.cancel()
        try:
            await self._scope.__aexit__(kind, error, trace)
        except TimeoutError:  # the scope's own: what the block raised does not come this way
            self.expired = True
        return self.expired
