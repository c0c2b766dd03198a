"""The time by an object store's own clock."""

import secrets
from collections.abc import Callable
from typing import Final

from wardian.storage.objects import Objects

__all__ = ["StoreClock"]

FOLDER: Final = "clock"
TRUSTED_S: Final = 600.0


class StoreClock:
    """Asks by writing an object and looking at its time; for ten minutes after that, this machine counts on.

    Args:
        objects: where to write it.
        monotonic: this machine's seconds.
    """

    def __init__(self, objects: Objects, monotonic: Callable[[], float]) -> None:
        self._objects = objects
        self._monotonic = monotonic
        self._asked: float | None = None
        self._ahead = 0.0

    def now(self) -> float:
        """Epoch seconds; rather a little too early than too late.

        Raises:
            OSError: when the store does not answer, or nothing may be written there.
        """
        if self._asked is None or self._monotonic() - self._asked > TRUSTED_S:
            written = self._written()
            self._asked = self._monotonic()
            self._ahead = written - self._asked
        return self._monotonic() + self._ahead

    def _written(self) -> float:
        name = secrets.token_hex(8)
        self._objects.put(f"{FOLDER}/{name}", b"")
        listed = dict(self._objects.objects(FOLDER))
        self._objects.delete(f"{FOLDER}/{name}")
        return listed[name]
