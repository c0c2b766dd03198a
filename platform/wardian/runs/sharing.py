"""What one machine makes of a run and others look for, when the run is in no folder that they see."""

import asyncio
import mmap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from wardian.runs.executor import Sink
from wardian.runs.folder import RunFolder
from wardian.scoring.finished import Finished

__all__ = ["SharingSink", "share", "try_to_share"]


def share(folder: RunFolder, *names: str) -> None:
    """Put files of the run's folder, and folders with all that is in them, beside its logs.

    Raises:
        OSError: when the store does not take them.
    """
    if folder.elsewhere is None:
        return
    for file in (file for name in names for file in _files(folder.path / name)):
        with _contents(file) as data:
            folder.store.put(str(file.relative_to(folder.path)), data)


def try_to_share(folder: RunFolder, say: Callable[[str], object], *names: str) -> None:
    """The same, or a line that says where they are now."""
    try:
        share(folder, *names)
    except OSError as error:
        files = ", ".join(names)
        say(f"{files}: not put into {folder.store.url} ({error.strerror or error}); they are in {folder.path}")


class SharingSink:
    """Shares what another sink has left when it is closed.

    Args:
        inner: the other sink.
        folder: of the run.
        say: told in one line what could not be shared.
        names: of the files that it leaves, and of folders.
    """

    def __init__(self, inner: Sink, folder: RunFolder, say: Callable[[str], object], *names: str) -> None:
        self._inner = inner
        self._folder = folder
        self._say = say
        self._names = names

    async def write(self, finished: Finished) -> None:
        """Take one result."""
        await self._inner.write(finished)

    async def close(self) -> None:
        """Nothing more comes."""
        await self._inner.close()
        await asyncio.to_thread(try_to_share, self._folder, self._say, *self._names)


def _files(path: Path) -> list[Path]:
    """The file at `path`, or all below it."""
    if path.is_dir():
        return sorted(each for each in path.rglob("*") if each.is_file())
    return [path] if path.exists() else []


@contextmanager
def _contents(path: Path) -> Iterator[bytes | memoryview]:
    """A file, however large, without reading it into memory."""
    if not path.stat().st_size:
        yield b""
        return
    with (
        open(path, "rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped,
        memoryview(mapped) as data,
    ):
        yield data
