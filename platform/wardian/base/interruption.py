"""Breaking into the code that another thread runs: in the middle of a piece of work, and never beside it."""

import ctypes
import os
import signal
import sys
import threading
from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterator
from contextlib import contextmanager
from functools import partial
from types import CodeType, coroutine
from typing import Any, Final, TypeVar

from wardian.base.hang import Doing, Hung, Who

__all__ = ["Interruptible"]

T = TypeVar("T")

Wait = Callable[[Doing, Awaitable[T]], Coroutine[Any, Any, T]]
"""Waits for the rest of some work."""

WAKE: Final = signal.SIGURG
"""Harmless wherever nobody expects it; Go breaks into its threads with it as well."""
TICK: Final = signal.SIGVTALRM
LIBRARY: Final = os.path.dirname(os.__file__)


class _Interruption(BaseException):
    """Raised between two instructions of the work; `except Exception` does not stop it."""


class Interruptible:
    """Does work of others in the thread that makes it; another thread may `interrupt` that.

    An exception that one thread raises in another arrives when that one next executes Python, which may be after the
    work has ended. So whoever leaves the work looks whether somebody is about to break in, waits for him, and takes the
    exception back. Each of the two writes first and looks then, so that one of them sees the other.

    `doing` is what is being done in this moment, `hung` whose work was interrupted.
    """

    def __init__(self) -> None:
        self.doing: Doing | None = None
        self.hung: set[Who] = set()
        self._thread = threading.get_ident()
        self._breaking_in = False
        self._lock = threading.Lock()
        self._place = ""

    def at_once(self, doing: Doing, work: Callable[[], T]) -> T:
        """What `work` returns.

        Raises:
            Hung: when it was interrupted.
        """
        try:
            try:
                self.doing = doing
                return work()
            finally:
                self.doing = None
                if self._breaking_in:
                    self._take_back()
        except _Interruption:
            raise self._interrupted(doing) from None

    @coroutine
    def stepwise(self, doing: Doing, work: Coroutine[Any, Any, T], wait: Wait[T]) -> Generator[Any, Any, T]:
        """What `work` returns. Most work awaits nothing; if it does, `wait` is asked to wait for its rest.

        Raises:
            Hung: when it was interrupted, and whatever `wait` raises.
        """
        try:
            try:
                self.doing = doing
                awaited = work.send(None)
            finally:
                self.doing = None
                if self._breaking_in:
                    self._take_back()
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]  # it does not know what it holds
        except _Interruption:
            raise self._interrupted(doing) from None
        return (yield from wait(doing, self._rest(doing, work, awaited)).__await__())

    @coroutine
    def _rest(self, doing: Doing, work: Coroutine[Any, Any, T], awaited: Any) -> Generator[Any, Any, T]:
        while True:
            try:
                step = partial(work.send, (yield awaited))
            except BaseException as error:  # noqa: BLE001  (whatever it is, it is for the work)
                step = partial(work.throw, error)
            try:
                awaited = self.at_once(doing, step)
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]  # it does not know what it holds
            finally:
                del step  # or an error would hold itself by this frame

    def interrupt(self, doing: Doing) -> None:
        """Raise an exception in the midst of what is being done, unless that has ended; once, from another thread."""
        with self._lock:
            self._breaking_in = True
            if self.doing is not doing:
                self._breaking_in = False
                return
            self._place = self.place
            _raise_in(self._thread, _Interruption)
            if signal.getsignal(WAKE) is _do_nothing:
                signal.pthread_kill(self._thread, WAKE)  # who sleeps wakes up for it, and meets the exception

    @property
    def place(self) -> str:
        """Where the thread stands now, as "file:line": the innermost that is no part of Python's own library."""
        frame = sys._current_frames().get(self._thread)  # noqa: SLF001  (documented under this name)
        while frame is not None and _is_pythons(frame.f_code):
            frame = frame.f_back
        return "" if frame is None else f"{frame.f_code.co_filename}:{frame.f_lineno}"

    @contextmanager
    def open_to_signals(self, tick_s: float) -> Iterator[None]:
        """Let signals help where they can: only the main thread hears them.

        One of them wakes who sleeps in a call of the operating system. The other comes after every `tick_s` of CPU, and
        lets other threads run where code of C does not, if that looks for signals: a regular expression, a huge power.
        """
        if self._thread != threading.main_thread().ident or _taken(WAKE) or _taken(TICK):
            yield
            return
        for number in (WAKE, TICK):
            signal.signal(number, _do_nothing)
        signal.siginterrupt(TICK, False)
        signal.setitimer(signal.ITIMER_VIRTUAL, tick_s, tick_s)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0.0)
            for number in (WAKE, TICK):
                signal.signal(number, signal.SIG_DFL)

    def _take_back(self) -> None:
        self.doing = None
        with self._lock:
            _raise_in(self._thread, None)
            self._breaking_in = False

    def _interrupted(self, doing: Doing) -> Hung:
        self._take_back()
        self.hung.add(doing[0])
        return Hung(doing, blocking=True, place=self._place)


def _taken(number: signal.Signals) -> bool:
    return signal.getsignal(number) != signal.SIG_DFL


def _is_pythons(code: CodeType) -> bool:
    inside = code.co_filename.startswith(LIBRARY) and "site-packages" not in code.co_filename
    return inside or code is _do_nothing.__code__


def _do_nothing(*received: object) -> None:
    """What counts is that Python runs: it looks for exceptions from other threads, and lets them run."""


def _raise_in(thread: int, error: type[BaseException] | None) -> None:
    """Let `error` be raised in `thread` soon; None takes back what was not raised yet."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), error and ctypes.py_object(error))
