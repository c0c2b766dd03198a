"""A run's store in memory, and one through which a test sees what is written."""

from collections.abc import Awaitable, Callable, Iterator, Sequence

from wardian.base.store import Durability, LogWriter, Place, RunStore

Written = Callable[[str, bytes], Awaitable[None]]
"""Told the kind of a log and a payload that stands in it now; the append returns after it."""


class MemoryStore:
    """A `RunStore` for processes that are all in this one."""

    url = "memory"
    stale_s = 0.0

    def __init__(self) -> None:
        self._logs: dict[str, list[bytes]] = {}
        self._files: dict[str, bytes] = {}
        self._serial = 0

    def hold(self) -> None: ...

    def release(self) -> None: ...

    def held(self) -> bool:
        return False

    def create_log(self, kind: str, durability: Durability = "process") -> "MemoryLog":
        self._serial += 1
        name = f"{kind}/{self._serial:06d}"
        payloads = self._logs[name] = []
        return MemoryLog(name, payloads)

    def logs(self, kind: str) -> list[str]:
        return sorted(name for name in self._logs if name.startswith(f"{kind}/"))

    def entries(self, log: str, after: Place | None = None) -> Iterator[tuple[Place, bytes]]:
        for number, payload in enumerate(tuple(self._logs.get(log, ()))):
            if after is None or number > after.offset:
                yield Place(log, number, len(payload)), payload

    def damage(self, log: str) -> Place | None:
        return None

    def read(self, place: Place) -> bytes | None:
        payloads = self._logs.get(place.file, [])
        return payloads[place.offset] if place.offset < len(payloads) else None

    def delete(self, log: str) -> None:
        self._logs.pop(log, None)

    def put(self, name: str, data: bytes | memoryview) -> None:
        self._files[name] = bytes(data)

    def get(self, name: str) -> bytes | None:
        return self._files.get(name)

    def remove(self, name: str) -> None:
        self._files.pop(name, None)

    def discard(self) -> None:
        self._files.clear()
        self._logs.clear()


class MemoryLog:
    """The writing end of a log."""

    def __init__(self, name: str, payloads: list[bytes]) -> None:
        self.name = name
        self._payloads = payloads

    async def append(self, payloads: Sequence[bytes]) -> Sequence[Place]:
        first = len(self._payloads)
        self._payloads += payloads
        return [Place(self.name, first + number, len(payload)) for number, payload in enumerate(payloads)]

    async def close(self) -> None: ...


class WatchedStore:
    """`inner`, where whoever was killed while he wrote has written; after `seal` nothing changes any more.

    Args:
        inner: what is written to.
        written: told of each payload, before its writer goes on.
    """

    def __init__(self, inner: RunStore, written: Written) -> None:
        self.url = inner.url
        self.stale_s = inner.stale_s
        self.logs = inner.logs
        self.entries = inner.entries
        self.damage = inner.damage
        self.read = inner.read
        self.get = inner.get
        self._inner = inner
        self._written = written
        self._sealed = False

    def seal(self) -> None:
        self._sealed = True

    def hold(self) -> None: ...

    def release(self) -> None: ...

    def held(self) -> bool:
        return False

    def create_log(self, kind: str, durability: Durability = "process") -> LogWriter:
        if self._sealed:
            raise OSError("sealed")
        return _WatchedLog(self._inner.create_log(kind, durability), self, kind)

    def delete(self, log: str) -> None:
        if not self._sealed:
            self._inner.delete(log)

    def put(self, name: str, data: bytes | memoryview) -> None:
        if not self._sealed:
            self._inner.put(name, data)

    def remove(self, name: str) -> None:
        if not self._sealed:
            self._inner.remove(name)

    def discard(self) -> None: ...

    async def append(self, log: LogWriter, kind: str, payloads: Sequence[bytes]) -> Sequence[Place]:
        if self._sealed:
            raise OSError("sealed")
        places = await log.append(payloads)
        for payload in payloads:
            await self._written(kind, payload)
        return places


class _WatchedLog:
    def __init__(self, log: LogWriter, store: WatchedStore, kind: str) -> None:
        self.name = log.name
        self.close = log.close
        self._log = log
        self._store = store
        self._kind = kind

    async def append(self, payloads: Sequence[bytes]) -> Sequence[Place]:
        return await self._store.append(self._log, self._kind, payloads)
