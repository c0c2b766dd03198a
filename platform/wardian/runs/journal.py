"""The journal: what a run has paid for and never pays again.

One append-only file of frames (`base.frames`), each a `Scored` as JSON.
"""

import asyncio
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from pydantic import ValidationError

from wardian.base.errors import ConfigError, InfraError
from wardian.base.frames import HEADER, frame, frames
from wardian.scoring.score import Scored
from wardian.specs.job import Durability

__all__ = ["Journal", "is_written", "read_journal"]

LOCK_TRIES = 5
LOCK_PAUSE_S = 0.02


class Journal:
    """Appends every result before anybody else sees it; one writer at a time.

    A write reaches the operating system at once, so it survives the death of this process;
    it is on the disk for certain after `close` or, with the durability "machine", at once.
    """

    def __init__(self, path: Path, durability: Durability = "process") -> None:
        """Open `path` for appending, cut off a torn tail, and lock it.

        Raises:
            ConfigError: when another process writes to it, or when it is damaged before its end.
        """
        self._path = path
        self._durability = durability
        self._file = open(path, "ab", buffering=0)  # noqa: SIM115  (held open until close())
        if not _locked(self._file):
            self._file.close()
            raise ConfigError(f"{path}: another process is writing to this run; wait for it or stop it")
        self._file.truncate(self._sound(path))

    def _sound(self, path: Path) -> int:
        """Bytes up to the torn tail. What is broken before the end is none: results that were paid stand behind it."""
        with open(path, "rb") as existing:
            sound = sum(HEADER.size + len(payload) for payload in frames(existing))
            existing.seek(sound)
            rest = existing.read()
        if len(rest) > HEADER.size and len(rest) > HEADER.size + HEADER.unpack(rest[: HEADER.size])[0]:
            self._file.close()
            raise ConfigError(f"{path}: damaged at byte {sound}, with more behind it; restore the file from a copy")
        return sound

    async def write(self, scored: Scored) -> None:
        """Append one result.

        Raises:
            InfraError: when the disk does not take it; what was written before is safe.
        """
        framed = frame(scored.model_dump_json().encode())
        try:
            written = self._file.write(framed)
            if self._durability == "machine":
                await asyncio.to_thread(os.fdatasync, self._file.fileno())
        except OSError as error:
            raise InfraError(f"{self._path}: cannot be written: {error.strerror}") from error
        if written != len(framed):
            raise InfraError(f"{self._path}: cannot be written: the disk is full")

    async def close(self) -> None:
        """Wait until everything is on the disk, and let the next writer in; closing twice is harmless."""
        if not self._file.closed:
            os.fsync(self._file.fileno())
            self._file.close()


def read_journal(path: Path) -> Iterator[Scored]:
    """All sound results in the order of writing; an episode that was run again appears again.

    Raises:
        ConfigError: when another version of Wardian wrote what this one cannot read.
    """
    if not path.exists():
        return
    with open(path, "rb") as file:
        for payload in frames(file):
            try:
                yield Scored.model_validate_json(payload)
            except ValidationError:
                raise ConfigError(f"{path}: holds results that this version of Wardian cannot read") from None


def _locked(file: BinaryIO) -> bool:
    """Whether the file is ours now. Somebody who looks (`is_written`) holds it for a moment, a writer for long."""
    for _ in range(LOCK_TRIES):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(LOCK_PAUSE_S)
        else:
            return True
    return False


def is_written(path: Path) -> bool:
    """Whether some process has the journal open for writing now: its run is alive, wherever it runs."""
    try:
        with open(path, "rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False
    return False
