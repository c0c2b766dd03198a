"""The writing end of a log in an object store, which cannot append: appends are gathered into objects."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress

from wardian.base.clock import Clock
from wardian.base.errors import StoreError
from wardian.base.frames import frame
from wardian.base.store import Place
from wardian.storage.object_chain import object_name
from wardian.storage.objects import Objects

__all__ = ["ObjectLog"]


class ObjectLog:
    """Puts one object at a time. What is appended meanwhile is gathered and goes with the next (see `object_chain`).

    An append after a silence is put at once. In a stream of them one waits for what is left of the interval and for two
    puts at most. One that is cancelled may be stored or not.

    An append that failed is not seen again once a later one succeeded or `close` came through. Until then it is seen
    if the store took it, answered nothing, and could not be told to forget it.

    Args:
        objects: where the log is put; its folder has its first object.
        name: the log's, which is its folder.
        interval_s: the shortest time between the beginnings of two puts, in seconds.
        clock: measures it.
        fence: raises OSError when this process may not write any more.
    """

    def __init__(self, objects: Objects, name: str, interval_s: float, clock: Clock, fence: Callable[[], None]) -> None:
        self.name = name
        self._objects = objects
        self._interval_s = interval_s
        self._clock = clock
        self._fence = fence
        self._gathering = _Batch()
        self._turn = asyncio.Lock()
        self._under_way: asyncio.Future[str] | None = None
        self._next_put = 0.0
        self._number = self._acknowledged = 0
        self._closed = False

    async def append(self, payloads: Sequence[bytes]) -> Sequence[Place]:
        """Append whole payloads or nothing; they are in the store when this returns.

        Raises:
            StoreError: when the store does not take them, or this process may not write any more.
        """
        if self._closed:
            raise StoreError(f"{self.name}: closed")
        if not payloads:
            return []
        framed = [frame(payload) for payload in payloads]
        batch = self._gathering
        spans = [batch.add(each) for each in framed]
        try:
            file = await self._stored(batch)
        except OSError as error:
            raise StoreError(f"{self.name}: not stored: {error}") from error
        return [Place(file, offset, length) for offset, length in spans]

    async def close(self) -> None:
        """Nothing more comes; closing twice is harmless."""
        self._closed = True
        async with self._turn:
            await self._settled()
            if self._acknowledged < self._number:
                with suppress(OSError):  # nobody waits for it: it only makes certain that what failed stays unseen
                    await asyncio.to_thread(self._seal)

    async def _stored(self, batch: "_Batch") -> str:
        """The name of the object that holds the batch. Who comes first puts it for all; if cancelled, the next one."""
        async with self._turn:
            if batch.stored is None:
                await self._rest()
                batch.stored = self._under_way = self._put(batch)
            return await asyncio.shield(batch.stored)

    async def _rest(self) -> None:
        """Wait until the next put may begin."""
        await self._settled()
        await self._clock.sleep(max(0.0, self._next_put - self._clock.monotonic()))

    async def _settled(self) -> None:
        """Wait for a put that goes on although all who waited for it are gone."""
        if self._under_way is not None:
            await asyncio.wait([self._under_way])

    def _put(self, batch: "_Batch") -> asyncio.Future[str]:
        self._gathering = _Batch()
        self._next_put = self._clock.monotonic() + self._interval_s
        # Not `to_thread`, which is cancelled with its caller: the object goes on being put, for the others in it.
        return asyncio.get_running_loop().run_in_executor(None, self._store, b"".join(batch.frames))

    def _store(self, data: bytes) -> str:
        """In a thread, one at a time."""
        self._fence()
        self._number += 1
        file = f"{self.name}/{object_name(self._number, self._acknowledged)}"
        try:
            self._objects.put(file, data)
            self._fence()
        except OSError:
            with suppress(OSError):
                self._objects.try_delete(file)
            raise
        self._acknowledged = self._number
        return file

    def _seal(self) -> None:
        """An empty object, the log's end, in place of one that may be there."""
        self._objects.put(f"{self.name}/{object_name(self._number + 1, self._acknowledged)}", b"")
        self._number = self._acknowledged = self._number + 1


class _Batch:
    """Frames that go into one object; `stored` is its name, once it is on its way."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self.stored: asyncio.Future[str] | None = None
        self._size = 0

    def add(self, framed: bytes) -> tuple[int, int]:
        """Where the frame will stand, and its length."""
        offset, self._size = self._size, self._size + len(framed)
        self.frames.append(framed)
        return offset, len(framed)
