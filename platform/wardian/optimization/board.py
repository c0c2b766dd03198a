"""Episodes that wait for slots, the most urgent first, whoever asked for them."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable
from contextlib import aclosing
from heapq import heappop, heappush
from itertools import count
from typing import Self

from wardian.episodes.record import EpisodeSpec
from wardian.optimization.evaluator import Evaluator
from wardian.scoring.finished import Finished

__all__ = ["Board", "Order"]

MARGIN = 8
"""One in so many slots has an episode waiting for it at the evaluator's, so that it need not be idle until we know."""


class Order:
    """Episodes that one stage waits for; may grow. Iterating gives their results as they arrive, each once."""

    def __init__(self, board: "Board", rank: int) -> None:
        self._rank = rank
        self._board = board
        self._open: set[str] = set()
        self._arrived: deque[Finished] = deque()
        self._waiter: asyncio.Future[None] | None = None

    def add(self, specs: Iterable[EpisodeSpec], rank: int | None = None) -> Self:
        """Wait for these as well; one that is known already arrives at once. `rank` is the order's own by default."""
        for spec in specs:
            self._open.add(spec.key)
            self._board.want(spec, self, self._rank if rank is None else rank)
        return self

    def take(self, finished: Finished) -> None:
        """A result has arrived."""
        if finished.result.episode in self._open:
            self._open.discard(finished.result.episode)
            self._arrived.append(finished)
            if self._waiter is not None and not self._waiter.done():
                self._waiter.set_result(None)

    def drop(self, keys: Iterable[str]) -> None:
        """Wait no more for these; what nobody has begun is not played."""
        for key in [key for key in keys if key in self._open]:
            self._open.discard(key)
            self._board.forgo(key, self)

    def close(self) -> None:
        """Wait for nothing any more."""
        self.drop(tuple(self._open))

    @property
    def open(self) -> int:
        """How many results are still to come."""
        return len(self._open)

    def __aiter__(self) -> AsyncIterator[Finished]:
        return self

    async def __anext__(self) -> Finished:
        while not self._arrived:
            if not self._open:
                raise StopAsyncIteration
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        return self._arrived.popleft()


class Board:
    """Hands episodes to an evaluator, as many as it has slots for, so that a more urgent one never waits in a queue.

    Args:
        evaluator: plays them.
        group: holds the tasks that wait for it.
    """

    def __init__(self, evaluator: Evaluator, group: asyncio.TaskGroup) -> None:
        self.finished: dict[str, Finished] = {}
        self._evaluator = evaluator
        self._group = group
        self._wanted: dict[str, list[Order]] = {}
        self._begun: set[str] = set()
        self._waiting: list[tuple[int, int, EpisodeSpec]] = []
        self._arrival = count()
        self._woken = False
        self._playing: set[asyncio.Task[None]] = set()

    def order(self, rank: int) -> Order:
        """A new order; a smaller rank is more urgent."""
        return Order(self, rank)

    def want(self, spec: EpisodeSpec, order: Order, rank: int) -> None:
        """Give `order` the result of `spec` some time."""
        key = spec.key
        if (known := self.finished.get(key)) is not None:
            order.take(known)
            return
        waiting = self._wanted.setdefault(key, [])
        if order not in waiting:
            waiting.append(order)
        if key not in self._begun:
            heappush(self._waiting, (rank, next(self._arrival), spec))
            self._wake()

    def forgo(self, key: str, order: Order) -> None:
        """`order` waits no more for an episode."""
        waiting = self._wanted.get(key, [])
        if order in waiting:
            waiting.remove(order)

    @property
    def idle(self) -> int:
        """How many more episodes the evaluator would take."""
        slots = max(1, self._evaluator.slots)
        return slots + slots // MARGIN + 1 - len(self._begun)

    def close(self) -> None:
        """Begin nothing more, and take back what nobody has begun to play."""
        self._waiting.clear()
        for task in self._playing:
            task.cancel()

    def _wake(self) -> None:
        if not self._woken:
            self._woken = True
            asyncio.get_running_loop().call_soon(self._begin)

    def _begin(self) -> None:
        """Begin as many as there is room for: once for all that came together."""
        self._woken = False
        room, batch = self.idle, list[EpisodeSpec]()
        while len(batch) < room and self._waiting:
            _, _, spec = heappop(self._waiting)
            if spec.key not in self._begun and self._wanted.get(spec.key):
                self._begun.add(spec.key)
                batch.append(spec)
        if batch:
            task = self._group.create_task(self._play(batch))
            self._playing.add(task)
            task.add_done_callback(self._playing.discard)

    async def _play(self, batch: list[EpisodeSpec]) -> None:
        async with aclosing(self._evaluator.play(batch)) as results:
            async for finished in results:
                self._deliver(finished)

    def _deliver(self, finished: Finished) -> None:
        key = finished.result.episode
        self.finished[key] = finished
        self._begun.discard(key)
        for order in self._wanted.pop(key, ()):
            order.take(finished)
        self._wake()
