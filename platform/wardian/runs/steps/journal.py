"""The calls of one process, in files that only it writes.

Each is an append-only file of frames (`base.frames`), one for every answer. When a file is full the next one begins; it
is deleted as soon as all its episodes have their result in the run's journal.
"""

import asyncio
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from wardian.base.errors import ModelError
from wardian.base.frames import frame
from wardian.base.numbered_file import create_numbered
from wardian.runs.steps.step import RecordedStep, encoded
from wardian.specs.job import Durability

__all__ = ["SUFFIX", "CallJournal"]

SUFFIX: Final = ".calls"
FULL_BYTES: Final = 16 * 2**20


class CallJournal:
    """Appends calls, and forgets those of episodes that have a result.

    Args:
        folder: where its files are, beside those of others.
        durability: what a call survives once it is written.
        full: bytes after which the next file begins.
    """

    def __init__(self, folder: Path, durability: Durability = "process", full: int = FULL_BYTES) -> None:
        self._folder = folder
        self._durability = durability
        self._full = full
        self._file: _CallFile | None = None
        self._filled: list[_CallFile] = []

    async def write(self, steps: Iterable[RecordedStep]) -> None:
        """Append; when this returns the steps are as safe as they will be.

        Raises:
            ModelError: kind "disk", when the disk does not take them; nothing of them is left then.
        """
        known = tuple(steps)
        try:
            file = self._open()
            file.append(b"".join(frame(encoded(*each)) for each in known), {step.episode for step, _ in known})
            if self._durability == "machine":
                await file.synced()
        except OSError as error:
            why = f"{self._folder}: an answer cannot be written down: {error.strerror}"
            raise ModelError("disk", why, cause="infra", lasting=True) from error

    def settled(self, episode: str) -> None:
        """The episode has its result where results are kept: its calls are not needed any more."""
        for file in (*self._filled, *([self._file] if self._file else [])):
            file.episodes.discard(episode)
        for file in [file for file in self._filled if not file.episodes]:
            file.delete()
            self._filled.remove(file)

    def close(self) -> None:
        """Leave what is still needed."""
        for file in (*self._filled, *([self._file] if self._file else [])):
            file.close()
        self._filled, self._file = [], None

    def _open(self) -> "_CallFile":
        if self._file is not None and self._file.end >= self._full:
            self._filled.append(self._file)
            self._file = None
        self._file = self._file or _CallFile(self._folder)
        return self._file


class _CallFile:
    """One file, and the episodes for which it is kept."""

    def __init__(self, folder: Path) -> None:
        self._descriptor, self._path = create_numbered(folder, SUFFIX)
        self._turn = asyncio.Lock()
        self._synced = 0
        self.end = 0
        self.episodes: set[str] = set()

    def append(self, frames: bytes, episodes: Iterable[str]) -> None:
        """Write whole frames or nothing.

        Raises:
            OSError: when the disk does not take them.
        """
        try:
            written = os.write(self._descriptor, frames)
            if written < len(frames):
                written += os.write(self._descriptor, frames[written:])  # says what is wrong
        except OSError:
            os.ftruncate(self._descriptor, self.end)
            raise
        self.end += written
        self.episodes.update(episodes)

    async def synced(self) -> None:
        """Wait until all that was appended is on the disk: those who come meanwhile share the next wait."""
        mine = self.end
        async with self._turn:
            if self._synced < mine:
                end = self.end
                await asyncio.to_thread(os.fdatasync, self._descriptor)
                self._synced = end

    def delete(self) -> None:
        """Nobody needs it."""
        self._path.unlink(missing_ok=True)
        os.close(self._descriptor)

    def close(self) -> None:
        """Leave it to others, if they need it."""
        if self.episodes:
            os.fsync(self._descriptor)
            os.close(self._descriptor)
        else:
            self.delete()
