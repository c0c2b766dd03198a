"""An event loop whose clock jumps to the next timer: what is over is gone through again in no time."""

import asyncio
import selectors

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
    """For coroutines that only wait for each other and for timers (no sockets)."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        """Seconds since the loop was made."""
        return self._jumping.now
