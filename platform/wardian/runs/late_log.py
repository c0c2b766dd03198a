"""A log that is there with its first entry."""

import asyncio
from collections.abc import Sequence

from wardian.base.store import Durability, LogWriter, Place, RunStore

__all__ = ["LateLog"]


class LateLog:
    """Whoever writes nothing leaves nothing. The log is made in a thread, for the store may be far away.

    Args:
        store: of the run.
        kind: of the log.
        durability: what an entry survives.
    """

    def __init__(self, store: RunStore, kind: str, durability: Durability) -> None:
        self._store = store
        self._kind = kind
        self._durability = durability
        self._turn = asyncio.Lock()
        self._log: LogWriter | None = None

    async def append(self, payloads: Sequence[bytes]) -> Sequence[Place]:
        """Append whole payloads or nothing; they are safe when this returns.

        Raises:
            OSError: when the store does not take them.
        """
        log = self._log or await self._made()
        return await log.append(payloads)

    async def close(self) -> None:
        """Nothing more comes; closing twice is harmless."""
        if self._log is not None:
            await self._log.close()

    async def _made(self) -> LogWriter:
        async with self._turn:
            if self._log is None:
                self._log = await asyncio.to_thread(self._store.create_log, self._kind, self._durability)
            return self._log
