"""A run in a folder: on this machine, or on a disk that several machines share."""

import asyncio
import fcntl
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from wardian.base.errors import ConfigError
from wardian.base.frames import HEADER, frame, frames
from wardian.base.numbered_file import create_numbered
from wardian.base.store import Durability, Place

__all__ = ["FolderStore"]

LOCK: Final = "writer.lock"
LOCK_TRIES: Final = 5
LOCK_PAUSE_S: Final = 0.02
SUFFIX: Final = ".log"


class FolderStore:
    """A `RunStore` below `path`: a log of the kind "calls" is `calls/000001.log`, a small file is a file.

    Writes reach the operating system at once. The lock is flock(2)'s: it ends with its process, also over NFS.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock: int | None = None

    @property
    def url(self) -> str:
        """The folder."""
        return str(self._path)

    def hold(self) -> None:
        """Become the only process that plays the run, until `release` or the death of this process.

        Raises:
            ConfigError: when another process is.
        """
        lock = os.open(self._path / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        if not _locked(lock):
            os.close(lock)
            raise ConfigError(f"{self._path}: another process is playing this run; wait for it or stop it")
        self._lock = lock

    def release(self) -> None:
        """Let somebody else hold it."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def held(self) -> bool:
        """Whether some process holds it now."""
        try:
            with open(self._path / LOCK, "rb") as lock:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except FileNotFoundError:
            return False
        return False

    def create_log(self, kind: str, durability: Durability = "process") -> "FileLog":
        """The next number in the folder `kind`; of two that come at once each gets one.

        Raises:
            OSError: when it cannot be made.
        """
        folder = self._path / kind
        descriptor, path = _created(folder)
        return FileLog(descriptor, f"{kind}/{path.name}", durability)

    def logs(self, kind: str) -> list[str]:
        """The names of all logs of this kind, the oldest first."""
        return sorted(f"{kind}/{path.name}" for path in (self._path / kind).glob(f"*{SUFFIX}"))

    def entries(self, log: str, after: Place | None = None) -> Iterator[tuple[Place, bytes]]:
        """The sound payloads of a log, behind a place, up to its end as it is now."""
        offset = 0 if after is None else after.offset + after.length
        with suppress(FileNotFoundError), open(self._path / log, "rb") as file:
            file.seek(offset)
            for payload in frames(file):
                place = Place(log, offset, HEADER.size + len(payload))
                offset += place.length
                yield place, payload

    def damage(self, log: str) -> Place | None:
        """The first frame that is not sound although something stands behind it."""
        end = sum(place.length for place, _ in self.entries(log))
        with open(self._path / log, "rb") as file:
            file.seek(end)
            header = file.read(HEADER.size)
            length = HEADER.size + (HEADER.unpack(header)[0] if len(header) == HEADER.size else 0)
            behind = os.fstat(file.fileno()).st_size - end - length
        return Place(log, end, length) if len(header) == HEADER.size and behind > 0 else None

    def read(self, place: Place) -> bytes | None:
        """One payload; None when it is not there any more, or not sound."""
        with suppress(FileNotFoundError), open(self._path / place.file, "rb") as file:
            file.seek(place.offset)
            return next(frames(file), None)
        return None

    def delete(self, log: str) -> None:
        """Forget a log."""
        path = self._path / log
        path.unlink(missing_ok=True)
        with suppress(OSError):  # there are others beside it
            path.parent.rmdir()

    def put(self, name: str, data: bytes) -> None:
        """Replace a small file at once.

        Raises:
            OSError: when the disk does not take it.
        """
        fresh = self._path / f".{name}.new"
        fresh.write_bytes(data)
        fresh.replace(self._path / name)

    def get(self, name: str) -> bytes | None:
        """A small file; None when there is none."""
        with suppress(FileNotFoundError):
            return (self._path / name).read_bytes()
        return None

    def remove(self, name: str) -> None:
        """Forget a small file."""
        (self._path / name).unlink(missing_ok=True)


class FileLog:
    """A log in one file.

    Args:
        descriptor: of the file, open for appending.
        name: the log's.
        durability: whether `append` waits for the disk.
    """

    def __init__(self, descriptor: int, name: str, durability: Durability) -> None:
        self.name = name
        self._descriptor = descriptor
        self._durability = durability
        self._turn = asyncio.Lock()
        self._end = self._synced = 0

    async def append(self, payloads: Sequence[bytes]) -> Sequence[Place]:
        """Append whole payloads or nothing.

        Raises:
            OSError: when the disk does not take them.
        """
        framed = [frame(payload) for payload in payloads]
        offset = self._end
        self._write(b"".join(framed))
        if self._durability == "machine":
            await self._sync()
        places = []
        for each in framed:
            places.append(Place(self.name, offset, len(each)))
            offset += len(each)
        return places

    async def close(self) -> None:
        """Nothing more comes; closing twice is harmless."""
        if self._descriptor >= 0:
            descriptor, self._descriptor = self._descriptor, -1
            os.fsync(descriptor)
            os.close(descriptor)

    def _write(self, data: bytes) -> None:
        try:
            written = os.write(self._descriptor, data)
            if written < len(data):
                written += os.write(self._descriptor, data[written:])  # says what is wrong
        except OSError:
            os.ftruncate(self._descriptor, self._end)
            raise
        self._end += written

    async def _sync(self) -> None:
        """Wait until all that was appended is on the disk: those who come meanwhile share the next wait."""
        mine = self._end
        async with self._turn:
            if self._synced < mine:
                end = self._end
                await asyncio.to_thread(os.fdatasync, self._descriptor)
                self._synced = end


def _created(folder: Path) -> tuple[int, Path]:
    """A new numbered file; whoever deletes the last one there takes the folder away, maybe just now."""
    while True:
        with suppress(FileExistsError):  # mkdir's own `exist_ok` raises it too when the folder goes in between
            folder.mkdir()
        with suppress(FileNotFoundError):
            return create_numbered(folder, SUFFIX)


def _locked(descriptor: int) -> bool:
    """Whether the lock is ours now. Somebody who looks (`held`) has it for a moment, a writer for long."""
    for _ in range(LOCK_TRIES):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(LOCK_PAUSE_S)
        else:
            return True
    return False
