"""Objects below a prefix of an object store."""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final, NamedTuple, Self, TypeVar

from pyarrow.fs import FileInfo, FileSelector, FileSystem, FileType

from wardian.base.errors import StoreError

__all__ = ["Listed", "Objects", "is_lasting"]

PAUSES_S: Final = (0.2, 0.8, 2.0)
PATIENCE_S: Final = 10.0
LASTING: Final = ("ACCESS_DENIED", "INVALID_ACCESS_KEY_ID", "NO_SUCH_BUCKET", "SIGNATURE_DOES_NOT_MATCH")

T = TypeVar("T")


class Listed(NamedTuple):
    """One object of a folder: its name in there, and when it was written by the store's own clock, in epoch seconds."""

    name: str
    written: float


class Objects:
    """Whole objects by name. All calls block until the store has answered; threads may share one of these.

    What a store refuses for a moment is asked again after 0.2, 0.8 and 2 s, but nothing is begun anew after 10 s. All
    that is written here is the same when it is written twice, so nothing is lost or doubled by asking again.

    Args:
        files: where the objects are. It must show an object whole or not at all, and list it as soon as it is written,
            as S3 does and what speaks its language; a `LocalFileSystem` shows halves.
        prefix: the path in it, with the bucket's name in front.
        pause: how to let seconds pass.
    """

    def __init__(self, files: FileSystem, prefix: str, pause: Callable[[float], None] = time.sleep) -> None:
        self.prefix = prefix.rstrip("/")
        self._files = files
        self._pause = pause

    def below(self, folder: str) -> Self:
        """Those in a folder."""
        return type(self)(self._files, f"{self.prefix}/{folder}", self._pause)

    def put(self, name: str, data: bytes | memoryview) -> None:
        """Write or replace an object.

        Raises:
            StoreError: when the store does not take it. It may hold it nevertheless: the answer was lost.
        """
        self._patiently(lambda: self._put(self._path(name), data))

    def get(self, name: str) -> bytes | None:
        """A whole object; None when there is none.

        Raises:
            StoreError: when the store does not answer, as with everything below.
        """
        return self._patiently(lambda: self._get(self._path(name)))

    def is_empty(self) -> bool:
        """Whether nothing is there yet."""
        return not self._list("")

    def objects(self, folder: str) -> list[Listed]:
        """The objects in a folder, by name."""
        return sorted(
            Listed(info.base_name, (info.mtime_ns or 0) / 1e9)
            for info in self._list(folder)
            if info.type == FileType.File
        )

    def folders(self, folder: str) -> list[str]:
        """The names of the folders in a folder, in order."""
        return sorted(info.base_name for info in self._list(folder) if info.type == FileType.Directory)

    def delete(self, name: str) -> None:
        """Forget an object; one that is not there is no error."""
        self._patiently(lambda: self.try_delete(name))

    def try_delete(self, name: str) -> None:
        """`delete`, asked once."""
        with suppress(FileNotFoundError):
            self._files.delete_file(self._path(name))

    def delete_folder(self, folder: str) -> None:
        """Forget all objects in a folder."""
        self._patiently(lambda: self._delete_folder(self._path(folder)))

    def _path(self, name: str) -> str:
        return f"{self.prefix}/{name}".rstrip("/")

    def _put(self, path: str, data: bytes | memoryview) -> None:
        try:
            self._write(path, data)
        except FileNotFoundError:  # a file system with real folders
            self._files.create_dir(path.rpartition("/")[0], recursive=True)
            self._write(path, data)

    def _write(self, path: str, data: bytes | memoryview) -> None:
        with self._files.open_output_stream(path) as stream:
            stream.write(data)

    def _get(self, path: str) -> bytes | None:
        try:
            with self._files.open_input_file(path) as file:
                return bytes(file.read())
        except FileNotFoundError:
            return None

    def _delete_folder(self, path: str) -> None:
        with suppress(FileNotFoundError):
            self._files.delete_dir(path)

    def _list(self, folder: str) -> list[FileInfo]:
        selector = FileSelector(self._path(folder), allow_not_found=True)
        return self._patiently(lambda: self._files.get_file_info(selector))

    def _patiently(self, ask: Callable[[], T]) -> T:
        begun, pauses = time.monotonic(), iter(PAUSES_S)
        while True:
            try:
                return ask()
            except OSError as error:
                pause = next(pauses, None)
                if pause is None or is_lasting(error) or time.monotonic() - begun > PATIENCE_S:
                    raise StoreError(" ".join(str(error).split())) from error
                self._pause(pause)


def is_lasting(error: OSError) -> bool:
    """Whether asking again cannot help: nobody answers differently because he is asked twice."""
    return isinstance(error, FileNotFoundError | PermissionError) or any(code in str(error) for code in LASTING)
