"""Where one call stands, through all its attempts."""

import math
from dataclasses import dataclass, field

from wardian.base.deadline import Stopwatch
from wardian.base.messages import Origin
from wardian.base.usage import CallTiming, Retry
from wardian.models.gauges import LaneCall

__all__ = ["Call"]


@dataclass(slots=True, eq=False)
class Call(LaneCall):
    """One call, at the place that is being asked.

    Args:
        started: when it began; all times are seconds on the monotonic clock.
        queued_s: how long it has waited for rate limits, which does not count against its deadline.
        retried: the attempts that were repeated.
        limit_s: when this place has to have answered, counted from the start without waiting for rate limits.
        replaceable: whether another place could answer: then nobody waits for this one to get well.
        faults: repeated attempts at this place after faults.
        limited_since: when it answered 429 for the first time.
        queueing_since: since when the call has stood in line now; None when it does not.
        sent_at: when the last attempt was sent; None after it failed.
        stopwatch: the asking episode's, which stands still as long as the call is in line.
    """

    started: float
    queued_s: float = 0.0
    retried: list[Retry] = field(default_factory=list)
    limit_s: float = math.inf
    replaceable: bool = False
    faults: int = 0
    limited_since: float | None = None
    queueing_since: float | None = None
    sent_at: float | None = None
    stopwatch: Stopwatch | None = None

    @classmethod
    def begun(cls, now: float, origin: Origin | None) -> "Call":
        """A call of `origin` that begins."""
        return cls(waiting_since=now, started=now, stopwatch=None if origin is None else origin.stopwatch)

    def twin(self, now: float) -> "Call":
        """The same call, made a second time at once."""
        return Call(
            waiting_since=now,
            started=self.started,
            queued_s=self.queued_s,
            retried=list(self.retried),
            limit_s=self.limit_s,
            replaceable=True,
            stopwatch=self.stopwatch,
        )

    def turn_to(self, limit_s: float, *, replaceable: bool) -> None:
        """Go to the next place."""
        self.limit_s, self.replaceable = limit_s, replaceable
        self.faults, self.limited_since, self.sent_at = 0, None, None

    def spent(self, now: float) -> float:
        """Seconds that count against the deadline."""
        return now - self.started - self.queued_s

    def into_line(self, now: float) -> None:
        """Wait for a rate limit from now on."""
        self.queueing_since = now
        if self.stopwatch is not None:
            self.stopwatch.hold()

    def out_of_line(self, now: float) -> None:
        """Stand in line no more, whether let through or sent away."""
        if self.queueing_since is not None:
            self.queued_s += now - self.queueing_since
            self.queueing_since = None
            if self.stopwatch is not None:
                self.stopwatch.let_go()

    def timing(self, now: float) -> CallTiming:
        """What to tell of an answer that came now."""
        return CallTiming(queue_s=self.queued_s, total_s=self.spent(now), retried=tuple(self.retried))
