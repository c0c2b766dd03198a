"""A diagnostician beside the event loop on which episodes are played."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import Future
from contextlib import asynccontextmanager
from threading import Thread

from wardian.base.watchdog import Watchdog
from wardian.optimization.evidence.diagnostician import Diagnostician
from wardian.optimization.evidence.evidence import Evidence
from wardian.scoring.score import Scored

__all__ = ["Making", "aside"]

Making = Callable[[Watchdog], Diagnostician]


@asynccontextmanager
async def aside(making: Making) -> AsyncIterator[Diagnostician]:
    """A diagnostician in a thread of its own: it plays references and worlds, and episodes go on meanwhile.

    Args:
        making: makes the diagnostician, there, when it is asked for the first time: what that has tried it knows for
            as long as this context is open. It is given who ends what hangs.
    """
    began: Future[_Desk] = Future()
    thread = Thread(target=lambda: asyncio.run(_serve(making, began)), name="wardian-diagnosis", daemon=True)
    thread.start()
    desk = await asyncio.wrap_future(began)
    try:
        yield desk
    finally:
        desk.close()
        await asyncio.to_thread(thread.join)


class _Desk:
    """Where the diagnostician is asked from another thread. Made on its own event loop.

    Args:
        making: makes it.
        watchdog: ends what hangs.
    """

    def __init__(self, making: Making, watchdog: Watchdog) -> None:
        self.closed = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._making = making
        self._watchdog = watchdog
        self._inner: Diagnostician | None = None

    async def diagnose(self, episodes: Sequence[Scored], smallest: int) -> tuple[Evidence, ...]:
        """See `Diagnostician.diagnose`; whoever is cancelled cancels it there."""
        asked = asyncio.run_coroutine_threadsafe(self._diagnose(episodes, smallest), self._loop)
        return await asyncio.wrap_future(asked)

    def close(self) -> None:
        """Nobody asks any more."""
        self._loop.call_soon_threadsafe(self.closed.set)

    async def _diagnose(self, episodes: Sequence[Scored], smallest: int) -> tuple[Evidence, ...]:
        if self._inner is None:
            self._inner = self._making(self._watchdog)
        return await self._inner.diagnose(episodes, smallest)


async def _serve(making: Making, began: "Future[_Desk]") -> None:
    watchdog = Watchdog()
    with watchdog.watching():
        desk = _Desk(making, watchdog)
        began.set_result(desk)
        await desk.closed.wait()
