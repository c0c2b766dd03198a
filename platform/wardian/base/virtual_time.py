"""An event loop whose clock jumps to the next timer: hours pass in milliseconds, in a fixed order."""

import asyncio
import selectors
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any

__all__ = ["VirtualTimeLoop"]


class _JumpingSelector(selectors.SelectSelector):
    """Never waits: the time that it would have waited is added to the loop's clock."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready and timeout is not None and timeout > 0:
            self.now += timeout
        if not ready and timeout is None:
            return super().select(1.0)
        return ready


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """For coroutines that only wait for each other and for timers (no sockets).

    What they give to a thread is done at once, in no time.
    """

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        """Seconds since the loop was made, as far as timers were waited for."""
        return self._jumping.now

    def run_in_executor(  # type: ignore[override]  # typeshed has type variables that cannot be repeated here
        self, executor: Executor | None, func: Callable[..., Any], *args: Any
    ) -> "asyncio.Future[Any]":
        """Call `func` at once."""
        future = self.create_future()
        try:
            future.set_result(func(*args))
        except OSError as error:
            future.set_exception(error)
        return future
