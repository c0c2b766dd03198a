"""Objects of logs that were read a moment ago."""

import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from wardian.storage.objects import Objects

__all__ = ["RecentObjects", "in_turn"]

MOST_BYTES: Final = 32 * 2**20
READ_AHEAD: Final = 16


class RecentObjects:
    """Keeps some, for they never change: many payloads share an object, and each is asked for alone.

    Args:
        objects: where they are.
        most_bytes: of those that are kept, together.
    """

    def __init__(self, objects: Objects, most_bytes: int = MOST_BYTES) -> None:
        self._objects = objects
        self._most_bytes = most_bytes
        self._known: OrderedDict[str, bytes] = OrderedDict()
        self._bytes = 0
        self._turn = threading.Lock()

    def get(self, name: str) -> bytes | None:
        """A whole object; None when there is none.

        Raises:
            StoreError: when the store does not answer.
        """
        with self._turn:
            if (known := self._known.get(name)) is not None:
                self._known.move_to_end(name)
                return known
        return self.get_anew(name)

    def get_anew(self, name: str) -> bytes | None:
        """The same as it is there now, for whoever looks for damage.

        Raises:
            StoreError: when the store does not answer.
        """
        data = self._objects.get(name)
        if data is not None:
            self._keep(name, data)
        return data

    def forget(self, folder: str) -> None:
        """Those in a folder are deleted."""
        with self._turn:
            for name in [name for name in self._known if name.startswith(f"{folder}/")]:
                self._bytes -= len(self._known.pop(name))

    def _keep(self, name: str, data: bytes) -> None:
        with self._turn:
            self._bytes += len(data) - len(self._known.pop(name, b""))
            self._known[name] = data
            while self._bytes > self._most_bytes:
                self._bytes -= len(self._known.popitem(last=False)[1])


def in_turn(get: Callable[[str], bytes | None], names: Iterable[str]) -> Iterator[bytes | None]:
    """`get` for each name, some of them ahead: an object store is far away, but wide."""
    ahead: deque[Callable[[], bytes | None]] = deque()
    with ThreadPoolExecutor(READ_AHEAD) as pool:
        for name in names:
            ahead.append(pool.submit(get, name).result)
            if len(ahead) == READ_AHEAD:
                yield ahead.popleft()()
        while ahead:
            yield ahead.popleft()()
