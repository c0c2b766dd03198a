"""Becoming the one who plays a run."""

import asyncio
from typing import Final

from wardian.base.clock import Clock
from wardian.base.errors import ConfigError
from wardian.base.store import RunStore

__all__ = ["hold"]

PAUSE_S: Final = 1.0


async def hold(store: RunStore, clock: Clock, patience_s: float = 0.0) -> None:
    """Hold the run in `store`.

    Args:
        store: of the run.
        clock: the time.
        patience_s: how long to wait for whoever holds it. It may have been lost a moment ago, and the store does not
            see that at once.

    Raises:
        ConfigError: when somebody else plays the run.
    """
    latest = clock.monotonic() + patience_s
    while True:
        try:
            return await asyncio.to_thread(store.hold)
        except ConfigError:
            if clock.monotonic() >= latest:
                raise
        await clock.sleep(PAUSE_S)
