"""An object store in memory, for any number of clients, with a clock that tests move and with faults."""

import time
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pyarrow as pa
from pyarrow.fs import FileInfo, FileSystemHandler, FileType, PyFileSystem

from wardian.storage.objects import Objects

__all__ = ["Client", "MemoryBucket"]

Hook = Callable[[str, str], None]
"""Called with the operation ("put", "get", "list", "delete") and a path; it may wait, or raise OSError."""


def _nothing(operation: str, path: str) -> None:
    return


def _unused(*arguments: Any) -> Any:
    raise NotImplementedError


UNUSED: Any = _unused
"""What an object store's user does not call."""


class MemoryBucket:
    """Whole objects by path, and when they were written, by `now`."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self.now = now
        self.objects: dict[str, tuple[bytes, float]] = {}

    def client(self) -> "Client":
        """Another one that sees the same objects, with faults of its own."""
        return Client(self)


class Client(FileSystemHandler):
    """One process's view; `before` and `after` each operation are its faults."""

    def __init__(self, bucket: MemoryBucket) -> None:
        self._bucket = bucket
        self.before: Hook = _nothing
        self.after: Hook = _nothing
        self.done: list[tuple[str, str]] = []

    def under(self, prefix: str) -> Objects:
        """What is below a prefix; nobody waits before asking again."""
        return Objects(PyFileSystem(self), prefix, pause=lambda seconds: None)

    def puts(self, part: str = "") -> list[str]:
        """The paths that were put, with this in them."""
        return [path for operation, path in self.done if operation == "put" and part in path]

    def _do(self, operation: str, path: str, do: Callable[[], Any]) -> Any:
        self.before(operation, path)
        result = do()
        self.done.append((operation, path))
        self.after(operation, path)
        return result

    def get_type_name(self) -> str:
        return "memory"

    def normalize_path(self, path: str) -> str:
        return path

    def get_file_info_selector(self, selector: Any) -> list[FileInfo]:
        return self._do("list", selector.base_dir, lambda: self._listed(f"{selector.base_dir.rstrip('/')}/"))  # type: ignore[no-any-return]

    def _listed(self, folder: str) -> list[FileInfo]:
        found: dict[str, FileInfo] = {}
        for path, (_, written) in list(self._bucket.objects.items()):
            if path.startswith(folder):
                name, _, rest = path.removeprefix(folder).partition("/")
                kind = FileType.Directory if rest else FileType.File
                found[name] = FileInfo(folder + name, kind, mtime_ns=int(written * 1e9))
        return list(found.values())

    def delete_dir(self, path: str) -> None:
        def delete() -> None:
            for each in [each for each in list(self._bucket.objects) if each.startswith(f"{path}/")]:
                self._bucket.objects.pop(each, None)

        self._do("delete", path, delete)

    def delete_file(self, path: str) -> None:
        def delete() -> None:
            if self._bucket.objects.pop(path, None) is None:
                raise FileNotFoundError(path)

        self._do("delete", path, delete)

    def open_input_file(self, path: str) -> Any:
        def get() -> bytes:
            if path not in self._bucket.objects:
                raise FileNotFoundError(path)
            return self._bucket.objects[path][0]

        return pa.PythonFile(BytesIO(self._do("get", path, get)), mode="r")

    def open_output_stream(self, path: str, metadata: Any) -> Any:
        def put(data: bytes) -> None:
            self._do("put", path, lambda: self._bucket.objects.update({path: (data, self._bucket.now())}))

        return pa.PythonFile(_Upload(put), mode="w")

    get_file_info = create_dir = delete_dir_contents = delete_root_dir_contents = UNUSED
    move = copy_file = open_input_stream = open_append_stream = UNUSED


class _Upload(BytesIO):
    """Becomes an object when it is closed."""

    def __init__(self, put: Callable[[bytes], None]) -> None:
        super().__init__()
        self._put = put

    def close(self) -> None:
        if not self.closed:
            data = self.getvalue()
            super().close()
            self._put(data)
