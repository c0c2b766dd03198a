"""A run in a folder: on this machine, or on a disk that several machines share."""

import asyncio
import errno
import fcntl
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import Final

from wardian.base.errors import ConfigError
from wardian.base.frames import HEADER, frame, frames, hold_a_frame
from wardian.base.store import Durability, Place

__all__ = ["FolderStore"]

LOCK: Final = "writer.lock"
LOCK_TRIES: Final = 5
LOCK_PAUSE_S: Final = 0.02
SUFFIX: Final = ".log"


class FolderStore:
    """A `RunStore` below `path`: a log of the kind "calls" is `calls/000001-3f9a02c1.log`, a small file is a file.

    Writes reach the operating system at once. The lock is flock(2)'s: it ends with its process, also over NFS.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock: int | None = None

    @property
    def url(self) -> str:
        """The folder."""
        return str(self._path)

    @property
    def stale_s(self) -> float:
        """A lock ends with its process."""
        return 0.0

    def hold(self) -> None:
        """Become the only process that plays the run, until `release` or the death of this process.

        Raises:
            ConfigError: when another process is, or the folder cannot be locked.
        """
        try:
            self._lock = _lock(self._path / LOCK)
        except BlockingIOError:
            raise ConfigError(f"{self._path}: another process is playing this run; wait for it or stop it") from None
        except OSError as error:
            raise ConfigError(f"{self._path}: cannot be locked: {error.strerror}") from error

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
        """The next number in the folder `kind`, and something random: a deleted log's name does not come again.

        Raises:
            OSError: when it cannot be made.
        """
        descriptor, path = _created(self._path / kind)
        if durability == "machine":
            _sync_names(path.parent)
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
        """The first frame that is not sound although something stands behind it; zeros up to the end are nothing."""
        with suppress(FileNotFoundError), open(self._path / log, "rb") as file:
            size = os.fstat(file.fileno()).st_size  # its writer may go on: what comes from here on is not looked at
            end = sum(HEADER.size + len(payload) for payload in frames(file))
            file.seek(end)
            rest = file.read(max(0, size - end))
            if len(rest) < HEADER.size or not rest.strip(b"\0"):
                return None
            length = HEADER.size + HEADER.unpack_from(rest)[0]
            torn = end + length >= size and not hold_a_frame(rest[1:])  # its length itself may be what is wrong
            return None if torn else Place(log, end, min(length, len(rest)))
        return None

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

    def put(self, name: str, data: bytes | memoryview) -> None:
        """Replace a small file at once.

        Raises:
            OSError: when the disk does not take it.
        """
        fresh = self._path / f".{name}.{token_hex(4)}.new"  # its own: somebody else may put the same file now
        try:
            fresh.write_bytes(data)
            fresh.replace(self._path / name)
        except OSError:
            fresh.unlink(missing_ok=True)
            raise

    def get(self, name: str) -> bytes | None:
        """A small file; None when there is none."""
        with suppress(FileNotFoundError):
            return (self._path / name).read_bytes()
        return None

    def remove(self, name: str) -> None:
        """Forget a small file."""
        (self._path / name).unlink(missing_ok=True)

    def discard(self) -> None:
        """Forget the whole run."""
        shutil.rmtree(self._path)


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
        self._broken = False

    async def append(self, payloads: Sequence[bytes]) -> Sequence[Place]:
        """Append whole payloads or nothing.

        Raises:
            OSError: when the disk does not take them, or has lost earlier ones.
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
        async with self._turn:
            if self._descriptor >= 0:
                descriptor, self._descriptor = self._descriptor, -1
                try:
                    os.fsync(descriptor)
                finally:
                    os.close(descriptor)

    def _write(self, data: bytes) -> None:
        self._check()
        left = memoryview(data)
        try:
            while left:
                left = left[os.write(self._descriptor, left) :]  # a full disk takes a part, then says so
        except OSError:
            self._cut(self._end)
            raise
        self._end += len(data)

    async def _sync(self) -> None:
        """Wait until all that was appended is on the disk: those who come meanwhile share the next wait."""
        mine = self._end
        async with self._turn:
            self._check()
            if self._synced < mine:
                end = self._end
                try:
                    await asyncio.to_thread(os.fdatasync, self._descriptor)
                except OSError:
                    self._broken = True  # asked again, the system would say yes without having written
                    with suppress(OSError):
                        os.ftruncate(self._descriptor, self._synced)
                    raise
                self._synced = end

    def _cut(self, end: int) -> None:
        """Take back half a write; where that fails, nothing may follow, for nobody could read it."""
        self._broken = True
        os.ftruncate(self._descriptor, end)
        self._broken = False

    def _check(self) -> None:
        if self._broken:
            raise OSError(errno.EIO, "the disk has lost what was written before", self.name)


def _created(folder: Path) -> tuple[int, Path]:
    """A new file with the next number; whoever deletes the last one there takes the folder away, maybe just now."""
    while True:
        with suppress(FileExistsError):  # mkdir's own `exist_ok` raises it too when the folder goes in between
            folder.mkdir()
        with suppress(FileNotFoundError):
            numbers = [path.stem.partition("-")[0] for path in folder.glob(f"*{SUFFIX}")]
            number = max((int(each) for each in numbers if each.isdigit()), default=0) + 1
            path = folder / f"{number:06d}-{token_hex(4)}{SUFFIX}"
            return os.open(path, os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_WRONLY | os.O_CLOEXEC, 0o644), path


def _sync_names(folder: Path) -> None:
    """The names in a folder, and its own, are on the disk when this returns."""
    for each in (folder, folder.parent):
        descriptor = os.open(each, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _lock(path: Path) -> int:
    """The locked file. Somebody who looks (`held`) has it for a moment, a writer for long.

    Raises:
        OSError: when it cannot be locked; BlockingIOError, when somebody has it.
    """
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        for _ in range(LOCK_TRIES - 1):
            with suppress(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return lock
            time.sleep(LOCK_PAUSE_S)
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise
    return lock
