"""Time as an argument, so that tests can run hours in milliseconds."""

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

__all__ = ["Clock", "SteadyClock", "SystemClock"]


class Clock(Protocol):
    """Wall time for records, monotonic time for durations."""

    def now(self) -> float:
        """Seconds since the epoch."""
        ...

    def monotonic(self) -> float:
        """Seconds on a clock that never goes back."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Let `seconds` pass."""
        ...


class SystemClock:
    """The machine's time; durations and sleeps follow the running event loop, which tests may replace."""

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def monotonic(self) -> float:
        """The running event loop's time in seconds."""
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        """Sleep on the running event loop."""
        await asyncio.sleep(seconds)


class SteadyClock(SystemClock):
    """The machine's time without what was lost: in that, nobody could do or hear anything.

    Args:
        lost: seconds of the running event loop that were lost until a moment of it.
    """

    def __init__(self, lost: Callable[[float], float]) -> None:
        self._lost = lost

    def monotonic(self) -> float:
        """The running event loop's time in seconds; it stands still where that was held up."""
        now = super().monotonic()
        return now - self._lost(now)
