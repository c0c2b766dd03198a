"""The time of an event loop that jumps, for records as well."""

from wardian.base.clock import SystemClock

__all__ = ["LoopClock"]


class LoopClock(SystemClock):
    """Wall time is the running event loop's, too: a campaign that takes hours gives the same record in seconds."""

    def now(self) -> float:
        """Seconds since the loop was made."""
        return self.monotonic()
