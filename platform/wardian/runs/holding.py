"""Becoming the one who plays a run."""

import asyncio
from typing import Final

from wardian.base.clock import Clock
from wardian.base.errors import ConfigError
from wardian.base.store import RunStore

__all__ = ["hold"]

PAUSE_S: Final = 1.0
SPARE: Final = 1.5
"""So many times as long as a store takes at least to be certain that a process is dead."""


async def hold(store: RunStore, clock: Clock, *, follows: bool = False) -> None:
    """Hold the run in `store`.

    Args:
        store: of the run.
        clock: the time.
        follows: whether the process that held it may have been lost a moment ago. Then this waits until that is
            certain, where a store cannot see it at once.

    Raises:
        ConfigError: when somebody else plays the run.
    """
    latest = clock.monotonic() + (SPARE * store.stale_s if follows else 0.0)
    while True:
        try:
            return await asyncio.to_thread(store.hold)
        except ConfigError:
            if clock.monotonic() >= latest:
                raise
        await clock.sleep(PAUSE_S)
