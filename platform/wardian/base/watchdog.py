"""An end for work of others on the event loop that takes too long, whether it awaits something or holds up everybody.

What awaits is cancelled. What blocks the loop stops all episodes of the process, and no timer fires: a thread sees
that, and raises an exception in the midst of it. Work that does not even then end (a call of C that nobody can wake)
takes the process with it; the last word says whose it was.
"""

import math
import os
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeVar

from wardian.base.clock import SteadyClock
from wardian.base.deadline import Deadline
from wardian.base.hang import Doing, Hang, Hung, Who
from wardian.base.interruption import Interruptible
from wardian.base.pulse import Pulse

__all__ = ["EXIT_CODE", "Patience", "Watchdog"]

EXIT_CODE: Final = 6
"""Of a process that had to end with its work."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Patience:
    """Of a watchdog, in seconds.

    Args:
        block_s: how long work may hold up the loop, where it may await for longer.
        look_s: how often it looks, …
        tick_s: … and after how much CPU at the latest it is let look, while code does not let other threads run.
        grace_s: for work to end after it was interrupted, …
        clean_up_s: … and after it was cancelled: it may await something then.
    """

    block_s: float = math.inf
    look_s: float = 0.25
    tick_s: float = 1.0
    grace_s: float = 5.0
    clean_up_s: float = 30.0


class Watchdog:
    """Has work done on the loop of the thread that makes it. That costs less than a microsecond a call.

    `clock` stands still while the loop is held up: deadlines of others go by it.

    Args:
        last_word: told of work that cannot be ended, right before the process is.
        end: ends the process with a code.
        patience: how long it waits for what.
    """

    def __init__(
        self,
        last_word: Callable[[Hang], object] = str,
        end: Callable[[int], object] = os._exit,
        patience: Patience = Patience(),
    ) -> None:
        self._pulse = Pulse()
        self.clock = SteadyClock(self._pulse.lost)
        self._work = Interruptible()
        self._resisting: dict[Doing, float] = {}
        self._last_word = last_word
        self._end = end
        self._patience = patience
        self._over = threading.Event()

    def within(self, doing: Doing, work: Coroutine[Any, Any, T]) -> Coroutine[Any, Any, T]:
        """What `work` returns, if it ends in time.

        Raises:
            Hung: when it does not.
        """
        return self._work.stepwise(doing, work, self._in_time)

    def unhurried(self, doing: Doing, work: Coroutine[Any, Any, T]) -> Coroutine[Any, Any, T]:
        """What `work` returns; it may await as long as it likes.

        Raises:
            Hung: when it blocks the loop for too long.
        """
        return self._work.stepwise(doing, work, _patiently)

    def at_once(self, doing: Doing, work: Callable[[], T]) -> T:
        """What `work` returns, which awaits nothing.

        Raises:
            Hung: when it blocks the loop for too long.
        """
        return self._work.at_once(doing, work)

    def has_hung(self, who: Who) -> bool:
        """Whether work of this episode was interrupted: nobody knows in which state it left things."""
        return who in self._work.hung

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Only inside of this block is work interrupted."""
        thread = threading.Thread(target=self._watch, name="wardian-watchdog", daemon=True)
        self._pulse.begin()
        with self._work.open_to_signals(self._patience.tick_s):
            thread.start()
            try:
                yield
            finally:
                self._over.set()
                thread.join()
                self._pulse.end()

    async def _in_time(self, doing: Doing, rest: Awaitable[T]) -> T:
        try:
            async with Deadline(self.clock.monotonic, doing[2].seconds, partial(self._cancelled, doing)):
                return await rest
        finally:
            self._resisting.pop(doing, None)
        raise Hung(doing, blocking=False)

    def _cancelled(self, doing: Doing) -> None:
        self._resisting[doing] = self._pulse.steady()

    def _watch(self) -> None:
        look = _Look()
        while not self._over.wait(self._patience.look_s):
            turns, doing = self._pulse.turns, self._work.doing
            self._pulse.ask()
            if doing is not None and look.late(doing, turns, self._patience.block_s):
                self._break_in(look, doing)
            for each, since in tuple(self._resisting.items()):
                if self._pulse.steady() - since > self._patience.clean_up_s:
                    self._end_process(Hang.of(each, blocking=False))

    def _break_in(self, look: "_Look", doing: Doing) -> None:
        now = time.monotonic()
        if look.interrupted_at is None:
            look.interrupted_at = now
            self._work.interrupt(doing)
        elif now - look.interrupted_at > self._patience.grace_s:
            self._end_process(Hang.of(doing, blocking=True, place=self._work.place))

    def _end_process(self, hang: Hang) -> None:
        try:
            self._last_word(hang)
        finally:
            self._over.set()
            self._end(EXIT_CODE)


@dataclass(slots=True)
class _Look:
    """Of one who looks again and again, and sees the same work in the same turn of the loop."""

    doing: Doing | None = None
    turns: int = 0
    since: float = 0.0
    interrupted_at: float | None = None

    def late(self, doing: Doing, turns: int, longest_s: float) -> bool:
        """Whether what is being done in this turn has taken too long since it was first seen."""
        now = time.monotonic()
        if doing is not self.doing or turns != self.turns:
            self.doing, self.turns, self.since, self.interrupted_at = doing, turns, now, None
        return now - self.since > min(doing[2].seconds, longest_s)


async def _patiently(doing: Doing, rest: Awaitable[T]) -> T:
    del doing
    return await rest
