"""The calls of one process, in logs that only it writes.

Each log has one entry for every answer. When a log is full the next one begins; it is deleted as soon as all its
episodes have their result in the run's journal.
"""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from typing import Final

from wardian.base.errors import ModelError
from wardian.base.store import Durability, LogWriter, RunStore
from wardian.runs.steps.step import RecordedStep, encoded

__all__ = ["CALLS", "CallJournal"]

CALLS: Final = "calls"
"""The kind of these logs."""
FULL_BYTES: Final = 16 * 2**20


class CallJournal:
    """Appends calls, and forgets those of episodes that have a result.

    Args:
        store: where its logs are, beside those of others.
        durability: what a call survives once it is written.
        full: bytes after which the next log begins.
    """

    def __init__(self, store: RunStore, durability: Durability = "process", full: int = FULL_BYTES) -> None:
        self._store = store
        self._durability = durability
        self._full = full
        self._log: _CallLog | None = None
        self._filled: list[_CallLog] = []
        self._turn = asyncio.Lock()

    async def write(self, steps: Iterable[RecordedStep]) -> None:
        """Append; when this returns the steps are as safe as they will be.

        Raises:
            ModelError: kind "disk", when the store does not take them; nothing of them is left then.
        """
        known = tuple(steps)
        try:
            log = await self._open()
            log.episodes.update(step.episode for step, _ in known)
            places = await log.writer.append([encoded(*each) for each in known])
        except OSError as error:
            why = f"{self._store.url}: an answer cannot be written down: {error.strerror or error}"
            raise ModelError("disk", why, cause="infra", lasting=True) from error
        log.size += sum(place.length for place in places)

    def settled(self, episode: str) -> None:
        """The episode has its result where results are kept: its calls are not needed any more."""
        for log in (*self._filled, *([self._log] if self._log else [])):
            log.episodes.discard(episode)

    async def close(self) -> None:
        """Leave what is still needed."""
        for log in (*self._filled, *([self._log] if self._log else [])):
            if log.episodes:
                await log.writer.close()
            else:
                await self._forget(log)
        self._filled, self._log = [], None

    async def _open(self) -> "_CallLog":
        if self._log is not None and self._log.size < self._full:
            return self._log
        async with self._turn:
            if self._log is not None and self._log.size >= self._full:
                self._filled.append(self._log)
                self._log = None
                await self._forget_filled()
            if self._log is None:
                self._log = _CallLog(await asyncio.to_thread(self._store.create_log, CALLS, self._durability))
            return self._log

    async def _forget_filled(self) -> None:
        needless = [log for log in self._filled if not log.episodes]
        self._filled = [log for log in self._filled if log.episodes]
        for log in needless:
            await self._forget(log)

    async def _forget(self, log: "_CallLog") -> None:
        await log.writer.close()
        with suppress(OSError):  # then it is in nobody's way: who looks for calls finds some that nobody needs
            await asyncio.to_thread(self._store.delete, log.writer.name)


class _CallLog:
    """One log, and the episodes for which it is kept."""

    def __init__(self, writer: LogWriter) -> None:
        self.writer = writer
        self.size = 0
        self.episodes: set[str] = set()
