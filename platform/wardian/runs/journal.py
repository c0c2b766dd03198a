"""The journal: what a run has paid for and never pays again.

One append-only file of frames `length (u32) | crc32 (u32) | Scored as JSON`, little-endian. A frame that is torn
or does not match its checksum ends the file: a crash in the middle of a write costs that frame and nothing before.
"""

import fcntl
import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from zlib import crc32

from pydantic import ValidationError

from wardian.base.errors import ConfigError, InfraError
from wardian.scoring.score import Scored

__all__ = ["Journal", "is_written", "read_journal"]

HEADER = struct.Struct("<II")


class Journal:
    """Appends every result before anybody else sees it; one writer at a time.

    A write reaches the operating system at once, so it survives the death of this process;
    `close` (and nothing before it) waits until it is on the disk.
    """

    def __init__(self, path: Path) -> None:
        """Open `path` for appending, cut off a torn tail, and lock it.

        Raises:
            ConfigError: when another process writes to it, or when it is damaged before its end.
        """
        self._path = path
        self._file = open(path, "ab", buffering=0)  # noqa: SIM115  (held open until close())
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            raise ConfigError(f"{path}: another process is writing to this run; wait for it or stop it") from None
        self._file.truncate(self._sound(path))

    def _sound(self, path: Path) -> int:
        """Bytes up to the torn tail. What is broken before the end is none: results that were paid stand behind it."""
        with open(path, "rb") as existing:
            sound = sum(HEADER.size + len(payload) for payload in _frames(existing))
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
        payload = scored.model_dump_json().encode()
        frame = HEADER.pack(len(payload), crc32(payload)) + payload
        try:
            written = self._file.write(frame)
        except OSError as error:
            raise InfraError(f"{self._path}: cannot be written: {error.strerror}") from error
        if written != len(frame):
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
        for payload in _frames(file):
            try:
                yield Scored.model_validate_json(payload)
            except ValidationError:
                raise ConfigError(f"{path}: holds results that this version of Wardian cannot read") from None


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


def _frames(file: BinaryIO) -> Iterator[bytes]:
    while len(header := file.read(HEADER.size)) == HEADER.size:
        length, checksum = HEADER.unpack(header)
        payload = file.read(length)
        if len(payload) < length or crc32(payload) != checksum:
            return
        yield payload
