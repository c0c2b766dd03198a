"""The time of one fused answer."""

import asyncio
import math
from dataclasses import replace

from wardian.base.clock import Clock
from wardian.base.deadline import Stopwatch
from wardian.base.messages import Request

__all__ = ["Course"]


class Course:
    """What has passed since a fusion was asked, and what is left of it.

    As in all deadlines of an episode, the time does not count while a call waits for a rate limit: what is decided
    does not depend on how busy others keep the provider.

    Args:
        clock: the time.
        request: what the fusion was asked, with the stopwatch of the episode that asks.
        deadline_s: seconds from now after which nobody waits any more.
    """

    def __init__(self, clock: Clock, request: Request, deadline_s: float | None) -> None:
        origin = request.origin
        self.stopwatch = Stopwatch(clock, None if origin is None else origin.stopwatch)
        self._clock = clock
        self._began = clock.monotonic()
        self._deadline_s = math.inf if deadline_s is None else deadline_s

    @property
    def elapsed_s(self) -> float:
        """Seconds since the question."""
        return self._clock.monotonic() - self._began

    @property
    def left_s(self) -> float:
        """Seconds that count until the deadline; infinite without one."""
        return self._deadline_s - self.stopwatch.read()

    def watched(self, question: Request, lapsed: asyncio.Event) -> tuple[Request, Stopwatch]:
        """`question` with a stopwatch of its own, which holds this one; `lapsed` is set when nobody waits any more."""
        stopwatch = Stopwatch(self._clock, self.stopwatch)
        if question.origin is None:
            return question, stopwatch
        origin = replace(question.origin, stopwatch=stopwatch, lapsed=lapsed)
        return question.model_copy(update={"origin": origin}), stopwatch
