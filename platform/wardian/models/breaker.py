"""The circuit breaker before a provider's model: what fails for everybody is not tried by everybody.

Faults in a row open it for a second, then two, four, up to a minute. After each pause one call goes through as a
probe; its success lets all others follow. What no waiting mends (no credit, a refused key, a model that does not exist,
five minutes without an answer) ends it for good: whoever queues gets that error at once, and no request is sent.
"""

import asyncio
import math
from collections.abc import Iterable
from types import TracebackType
from typing import Final, Self

from wardian.base.clock import Clock
from wardian.base.errors import ModelError
from wardian.models.gauges import BreakerState
from wardian.models.refusal import FAULTS, Refusal

__all__ = ["Breaker", "Entry"]

FAULTS_IN_A_ROW: Final = 20
FIRST_PAUSE_S: Final = 1.0
LONGEST_PAUSE_S: Final = 60.0
PATIENCE_S: Final = 300.0
AT_FIRST: Final = {"quota_exhausted": 1, "auth": 2, "not_found": 5, "bad_request": 10, "too_large": 10}
"""How many in a row are believed to last, as long as nothing was ever answered."""
LATER: Final = {"quota_exhausted": 1, "auth": 10}
"""The same afterwards: what is left may be one request's own fault (a moderated prompt is a 403 at some providers)."""
KEY_REFUSED: Final = 401
"""No request's own fault: one probe after the first."""


class Breaker:
    """Watches all calls of one process to one model with one key.

    Args:
        clock: the time of pauses.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._entries: set[Entry] = set()
        self._changed = asyncio.Event()
        self._answered = False
        self._last: ModelError | None = None
        self._row = 0
        self._failed_at = -math.inf
        self._lost = False
        self._pause_s = 0.0
        self._probing = False
        self._opened_at = 0.0
        self._next_at = 0.0

    async def closed(self, within_s: float) -> None:
        """Wait until a call may be made.

        Raises:
            Refusal: when that takes longer than `within_s`, or waiting is no use.
        """
        until = self._clock.monotonic() + within_s
        while self._pause_s > 0 and not self._lost:
            now = self._clock.monotonic()
            if now >= self._next_at:
                self._probe(now)
                return
            if now >= until:
                raise self.refusal()
            await self._change(min(self._next_at, until) - now)
        if self._lost:
            raise self.refusal()

    def entry(self, *, hasty: bool = False) -> "Entry":
        """For `async with` around the wait for rate limits: ends when the breaker does, a `hasty` one when it opens."""
        return Entry(self, hasty=hasty)

    def answered(self, sent_at: float = math.inf) -> None:
        """A call succeeded; one that was sent before the last failure says nothing of what came after."""
        self._answered = True
        if self._row and sent_at >= self._failed_at:
            self._alive()

    def failed(self, error: ModelError) -> bool:
        """A call did not; whether that, and what came before, ends all further ones."""
        lasting = LATER if self._answered else AT_FIRST
        if error.kind not in FAULTS and error.kind not in lasting:
            self._alive()
            return False
        same = self._last is not None and _family(error) == _family(self._last)
        self._row = self._row + 1 if same else 1
        self._last, self._failed_at = error, self._clock.monotonic()
        most = lasting.get(error.kind, FAULTS_IN_A_ROW)
        if self._row >= (min(most, 2) if error.status == KEY_REFUSED else most):
            self._trip(error.kind in lasting)
        return self._lost

    def refusal(self) -> Refusal:
        """The error of a call that was not made."""
        last = self._last or ModelError("connection", "no answer")
        text = f"not asked again after {self._row} failures: {last}"
        return Refusal(last.kind, text, cause=last.cause, status=last.status, lasting=self._lost)

    @property
    def state(self) -> BreakerState:
        """What it lets through, for people to look at."""
        if self._lost:
            return "lost"
        if self._pause_s == 0:
            return "closed"
        return "probing" if self._probing else "open"

    @property
    def lost(self) -> bool:
        """Whether no further call will be made."""
        return self._lost

    @property
    def out(self) -> bool:
        """Whether no call would be made now."""
        return self._lost or (self._pause_s > 0 and self._clock.monotonic() < self._next_at)

    @property
    def entries(self) -> "set[Entry]":
        """Who waits for admission."""
        return self._entries

    def _alive(self) -> None:
        """Somebody answered, be it with a refusal that is the request's own."""
        self._row, self._pause_s, self._probing = 0, 0.0, False
        self._changed.set()

    def _probe(self, now: float) -> None:
        """Whoever calls this goes through; should no more be heard of it, another one follows."""
        self._probing = True
        self._next_at = now + LONGEST_PAUSE_S

    def _trip(self, lasting: bool) -> None:
        now = self._clock.monotonic()
        first = self._pause_s == 0
        if first:
            self._opened_at = now
        if lasting or now - self._opened_at >= PATIENCE_S:
            self._lose()
        elif first or self._probing:  # others were on their way already and say nothing new
            self._pause_s = min(max(self._pause_s * 2, FIRST_PAUSE_S), LONGEST_PAUSE_S)
            self._next_at = now + self._pause_s
            self._probing = False
            self._end(entry for entry in self._entries if entry.hasty)

    def _lose(self) -> None:
        self._lost = True
        self._changed.set()
        self._end(self._entries)

    def _end(self, entries: "Iterable[Entry]") -> None:
        for entry in tuple(entries):
            entry.end()

    async def _change(self, seconds: float) -> None:
        self._changed.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            return


class Entry:
    """One call's wait for its rate limit."""

    __slots__ = ("_breaker", "_scope", "hasty")

    def __init__(self, breaker: Breaker, *, hasty: bool = False) -> None:
        self.hasty = hasty
        self._breaker = breaker
        self._scope = asyncio.timeout(None)

    async def __aenter__(self) -> Self:
        """Begin to wait."""
        await self._scope.__aenter__()
        self._breaker.entries.add(self)
        return self

    def admitted(self) -> None:
        """The wait is over.

        Raises:
            Refusal: when the breaker ended in the meantime.
        """
        self._breaker.entries.discard(self)
        if self._breaker.lost:
            raise self._breaker.refusal()

    def end(self) -> None:
        """Wait no longer."""
        self._scope.reschedule(0.0)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._breaker.entries.discard(self)
        try:
            await self._scope.__aexit__(kind, error, trace)
        except TimeoutError:
            if not self._scope.expired():
                raise
            raise self._breaker.refusal() from None


def _family(error: ModelError) -> str:
    return "fault" if error.kind in FAULTS else error.kind
