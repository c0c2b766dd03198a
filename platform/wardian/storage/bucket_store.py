"""A run in an object store."""

import re
from collections.abc import Callable, Iterator
from secrets import token_hex
from typing import Final

from wardian.base.clock import Clock, SystemClock
from wardian.base.errors import ConfigError
from wardian.base.store import Durability, Place
from wardian.storage.object_chain import FIRST, Chain, chain, places, torn
from wardian.storage.object_log import ObjectLog
from wardian.storage.objects import Objects
from wardian.storage.ownership import Ownership, Terms
from wardian.storage.recent_objects import RecentObjects, in_turn

__all__ = ["INTERVAL_S", "TERMS", "BucketStore"]

INTERVAL_S: Final = 0.25
TERMS: Final = Terms()
LOG: Final = re.compile(r"\d{8,}-[0-9a-f]{8}")


class BucketStore:
    """A `RunStore` of objects: a log of the kind "calls" is a folder `calls/00000001-3f9a02c1`, a small file an object.

    What is written is safe against the death of this process and of its machine alike. A process that held the run and
    lost it cannot write any more: whatever writes raises OSError. One that never held it may, for workers keep logs of
    their own. What holding means here, compared with a lock, stands at `Ownership`.

    All but `append` and `close` of a log wait for the store in the calling thread.

    Args:
        objects: of the run.
        url: where it is, for people.
        interval_s: between two puts of a log, in seconds: the longer, the fewer requests, and the later appends return.
        terms: of holding the run.
        clock: for the interval.
    """

    def __init__(
        self,
        objects: Objects,
        url: str | None = None,
        interval_s: float = INTERVAL_S,
        terms: Terms = TERMS,
        clock: Clock | None = None,
    ) -> None:
        self._objects = objects
        self._recent = RecentObjects(objects)
        self._url = url or objects.prefix
        self._interval_s = interval_s
        self._clock = clock or SystemClock()
        self._terms = terms
        self._ownership = Ownership(objects, terms)

    @property
    def url(self) -> str:
        """The bucket and the path in it."""
        return self._url

    @property
    def stale_s(self) -> float:
        """How long it may seem held after the death of the process that held it, in seconds."""
        return self._terms.stale_s

    def hold(self) -> None:
        """Become the only process that plays the run, until `release` or the death of this process.

        Raises:
            ConfigError: when another process is, or nothing can be written there.
        """
        try:
            self._ownership.take()
        except ConfigError as error:
            raise ConfigError(f"{self.url}: {error}") from None
        except OSError as error:
            raise ConfigError(f"{self.url}: cannot be written: {error}") from error

    def release(self) -> None:
        """Let somebody else hold it."""
        self._ownership.give_up()

    def held(self) -> bool:
        """Whether some process holds it now; one that died is taken for alive until it is stale.

        Raises:
            StoreError: when the store does not answer, or refuses the object that tells its time.
        """
        return self._ownership.exists()

    def create_log(self, kind: str, durability: Durability = "process") -> ObjectLog:
        """The next number in the folder `kind`, and something random: of two that come at once each gets its own.

        Raises:
            StoreError: when it cannot be made.
        """
        self._ownership.check()
        number = max((int(log[len(kind) + 1 :].partition("-")[0]) for log in self.logs(kind)), default=0) + 1
        name = f"{kind}/{number:08d}-{token_hex(4)}"
        self._objects.put(f"{name}/{FIRST}", b"")
        return ObjectLog(self._objects, name, self._interval_s, self._clock, self._ownership.check)

    def logs(self, kind: str) -> list[str]:
        """The names of all logs of this kind, the oldest first."""
        return [f"{kind}/{name}" for name in self._objects.folders(kind) if LOG.fullmatch(name)]

    def entries(self, log: str, after: Place | None = None) -> Iterator[tuple[Place, bytes]]:
        """The sound payloads of a log, behind a place, up to its end as it is now.

        Objects are read one by one, some of them ahead; those before the place are not.
        """
        known = self._chain(log)
        if after is not None:
            known = known.since(after.file.rpartition("/")[2])
        for name, data in self._contents(log, known, self._recent.get):
            end = 0
            for place, payload in places(name, data):
                end = place.offset + place.length
                if after is None or name != after.file or place.offset > after.offset:
                    yield place, payload
            if end < len(data) or not data:
                return

    def damage(self, log: str) -> Place | None:
        """The first frame that is not sound, or object that is missing, although something stands behind it."""
        known = self._chain(log)
        for name, data in self._contents(log, known, self._recent.get_anew):
            if broken := torn(name, data):
                behind = broken.behind or known.missing or name != f"{log}/{known.names[-1]}"
                return broken.place if behind else None
        return Place(f"{log}/{known.missing}", 0, 0) if known.missing else None

    def read(self, place: Place) -> bytes | None:
        """One payload; None when it is not there any more, or not sound."""
        data = (self._recent.get(place.file) or b"")[place.offset : place.offset + place.length]
        return next((payload for _, payload in places(place.file, data)), None)

    def delete(self, log: str) -> None:
        """Forget a log.

        Raises:
            StoreError: when the store does not answer, or this process may not write any more.
        """
        self._ownership.check()
        self._objects.delete_folder(log)
        self._recent.forget(log)

    def put(self, name: str, data: bytes | memoryview) -> None:
        """Replace a file at once.

        Raises:
            StoreError: when the store does not take it, or this process may not write any more.
        """
        self._ownership.check()
        self._objects.put(name, data)
        self._ownership.check()

    def get(self, name: str) -> bytes | None:
        """A file; None when there is none."""
        return self._objects.get(name)

    def remove(self, name: str) -> None:
        """Forget a file.

        Raises:
            StoreError: when the store does not answer, or this process may not write any more.
        """
        self._ownership.check()
        self._objects.delete(name)

    def discard(self) -> None:
        """Forget the whole run.

        Raises:
            StoreError: when the store does not answer.
        """
        self._objects.delete_folder("")

    def _chain(self, log: str) -> Chain:
        return chain(name for name, _ in self._objects.objects(log))

    def _contents(self, log: str, known: Chain, get: Callable[[str], bytes | None]) -> Iterator[tuple[str, bytes]]:
        """The log's objects, up to one that is gone: somebody deletes it at this moment."""
        names = [f"{log}/{name}" for name in known.names]
        for name, data in zip(names, in_turn(get, names), strict=True):
            if data is None:
                return
            yield name, data
