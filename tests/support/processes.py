"""Processes inside this one, on one virtual time: each has an event loop, and dies or freezes between two callbacks.

Nothing of a process that was killed runs any more, no `finally` and no `except`: as after kill -9. A frozen one misses
its timers and its messages until it goes on, while time passes for everybody. Which process takes the next step is
drawn from a seeded stream, so that a seed is an interleaving.
"""

import asyncio
import contextvars
from collections import deque
from collections.abc import Callable, Coroutine
from heapq import heappop, heappush
from random import Random
from typing import Any, TypeVar
from warnings import catch_warnings, simplefilter

T = TypeVar("T")
Context = contextvars.Context | None


class Processes:
    """All processes of a world, and its time."""

    def __init__(self, random: Random) -> None:
        self.now = 0.0
        self.steps = 0
        self.errors: list[dict[str, Any]] = []
        """What no coroutine has handled: a test looks here in the end."""
        self._random = random
        self._all: list[Process] = []
        self._awake: list[Process] = []
        self._timers: list[tuple[float, int, Process, asyncio.TimerHandle]] = []
        self._serial = 0

    def start(self, name: str) -> "Process":
        process = Process(self, name)  # type: ignore[abstract]  # has no sockets, signals, threads and the like
        self._all.append(process)
        return process

    def step(self) -> bool:
        """Run one callback of some process, or let time pass; False when nothing will ever happen again."""
        if not self._awake:
            return self._pass_time()
        place = int(self._random.random() * len(self._awake)) if len(self._awake) > 1 else 0
        process = self._awake[place]
        if process.alive and not process.frozen:
            self.steps += 1
            process.step()
        if not process.ready or not process.alive or process.frozen:
            self._awake[place] = self._awake[-1]
            self._awake.pop()
            process.awake = False
        return True

    def wake(self, process: "Process") -> None:
        """It has something to do now."""
        if not process.awake and process.ready:
            process.awake = True
            self._awake.append(process)

    def timer(self, process: "Process", handle: asyncio.TimerHandle) -> None:
        if handle.when() <= self.now:
            process.ready.append(handle)
            self.wake(process)
        else:
            self._serial += 1
            heappush(self._timers, (handle.when(), self._serial, process, handle))

    def bury(self) -> None:
        """Take all processes apart, the dead ones too, so that nothing is left for the garbage collector."""
        for process in self._all:
            process.bury()
        self._all, self._timers = [], []

    def _pass_time(self) -> bool:
        """Until the next timer; those of the dead and those that were cancelled do not count."""
        timers, before = self._timers, self.now
        while timers and (self.now in (before, timers[0][0])):
            when, _, process, handle = heappop(timers)
            if process.alive and not handle.cancelled():
                self.now = when
                process.ready.append(handle)
                self.wake(process)
        return self.now > before


class Process(asyncio.AbstractEventLoop):
    """One of them. Only what coroutines need that wait for each other and for timers."""

    def __init__(self, processes: Processes, name: str) -> None:
        self.name = name
        self.alive = True
        self.frozen = self.awake = False
        self.ready: deque[asyncio.Handle] = deque()
        self._processes = processes
        self._tasks: list[asyncio.Task[Any]] = []

    def kill(self) -> None:
        self.alive = False

    def freeze(self) -> None:
        self.frozen = True

    def thaw(self) -> None:
        self.frozen = False
        self._processes.wake(self)

    def begin(self, main: Coroutine[Any, Any, object]) -> None:
        """Start a coroutine in this process, whoever asks for it. It must not fail."""
        self.create_task(main).add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[object]") -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self.call_exception_handler({"exception": error})

    def step(self) -> None:
        """Run one callback."""
        handle = self.ready.popleft()
        if not handle._cancelled:
            asyncio._set_running_loop(self)
            handle._run()
            asyncio._set_running_loop(None)

    def bury(self) -> None:
        """Cancel what it did, and let that come to an end; nobody looks at it any more."""
        self.alive = False
        with catch_warnings():
            simplefilter("ignore", RuntimeWarning)  # coroutines that will never be begun
            while self._tasks or self.ready:
                for task in self._tasks:
                    task.cancel()
                while self.ready:
                    self.step()
                self._tasks = [task for task in self._tasks if not task.done()]

    # What asyncio asks of a loop:

    def time(self) -> float:
        return self._processes.now

    def call_soon(  # type: ignore[override]  # typeshed has type variables that cannot be repeated here
        self, callback: Callable[..., object], *args: Any, context: Context = None
    ) -> asyncio.Handle:
        handle = asyncio.Handle(callback, args, self, context)
        self.ready.append(handle)
        self._processes.wake(self)
        return handle

    def call_at(  # type: ignore[override]  # as above
        self, when: float, callback: Callable[..., object], *args: Any, context: Context = None
    ) -> asyncio.TimerHandle:
        handle = asyncio.TimerHandle(when, callback, args, self, context)
        self._processes.timer(self, handle)
        return handle

    def call_later(  # type: ignore[override]  # as above
        self, delay: float, callback: Callable[..., object], *args: Any, context: Context = None
    ) -> asyncio.TimerHandle:
        return self.call_at(self._processes.now + delay, callback, *args, context=context)

    def create_future(self) -> "asyncio.Future[Any]":
        return asyncio.Future(loop=self)

    def create_task(  # type: ignore[override]  # as above
        self, coro: Coroutine[Any, Any, T], *, name: str | None = None, context: Context = None
    ) -> "asyncio.Task[T]":
        task = asyncio.Task(coro, loop=self, name=name, context=context)
        self._tasks.append(task)
        return task

    def run_in_executor(  # type: ignore[override]  # as above
        self, executor: object, func: Callable[..., T], *args: Any
    ) -> "asyncio.Future[T]":
        """What is given to a thread is done at the next opportunity."""
        future = self.create_future()

        def work() -> None:
            try:
                future.set_result(func(*args))
            except OSError as error:
                future.set_exception(error)

        self.call_soon(work)
        return future

    def get_debug(self) -> bool:
        return False

    def is_running(self) -> bool:
        return True

    def is_closed(self) -> bool:
        return False

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        if self.alive:
            self._processes.errors.append(context)

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """Cancelled timers are skipped when their time has come."""
