"""Who waits for a rate limit: what began first goes first, in O(log n) however many wait."""

import asyncio
import math
from heapq import heapify, heappop, heappush
from itertools import count
from typing import Final, Protocol

from wardian.base.clients import Standing
from wardian.models.refusal import Refusal

__all__ = ["Gate", "WaitingLine"]

FEW: Final = 64
"""Places that were left are cleared away when they are more than this, and more than the others."""


class Gate(Protocol):
    """What a line waits for."""

    def charge(self, tokens: int) -> int | None:
        """Let a request of about `tokens` through and say what was charged for it; None when it may not go now."""
        ...

    def refund(self, charged: int) -> None:
        """A request that was let through is not sent."""
        ...

    async def change(self, tokens: int) -> None:
        """Wait until it is worth trying again with a request of `tokens`."""
        ...

    @property
    def blocked_s(self) -> float:
        """Seconds until the provider wants to hear from anybody again."""
        ...


class WaitingLine:
    """The line before a gate.

    One of those in it watches the gate and lets through whoever is first, also for others; when he is through himself,
    the first of the rest takes over. All others only wait to be called.
    """

    def __init__(self, gate: Gate) -> None:
        self.tokens = 0
        self._gate = gate
        self._heap: list[tuple[float, int, _Waiter]] = []
        self._numbers = count()
        self._length = 0
        self._impatient = 0
        self._watched = False

    def __len__(self) -> int:
        return self._length

    @property
    def next_tokens(self) -> int:
        """Tokens of whoever is first; 0 when nobody waits."""
        head = self._head()
        return 0 if head is None else head.tokens

    async def enter(self, tokens: int, standing: Standing) -> int:
        """Wait until a request of about `tokens` has been let through; the answer is what was charged for it.

        Raises:
            Refusal: kind "rate_limited", when that takes longer than `standing` allows.
        """
        if not self._length and (charged := self._gate.charge(tokens)) is not None:
            return charged
        self._demand_patience(standing)
        waiter = _Waiter(tokens, standing.patience_s)
        self._join(waiter, standing.since)
        try:
            return await self._served(waiter)
        except asyncio.CancelledError:
            if waiter.charged is not None:
                self._gate.refund(waiter.charged)
            raise
        finally:
            self._leave(waiter)

    def blocked(self) -> None:
        """The gate was blocked: whoever does not wait so long need not wait at all."""
        if not self._impatient:
            return
        blocked_s = self._gate.blocked_s
        for _, _, waiter in self._heap:
            if waiter.waiting and waiter.patience_s < blocked_s:
                self._count(waiter, -1)
                waiter.dismiss(blocked_s)
        self._clear()

    def _demand_patience(self, standing: Standing) -> None:
        if standing.patience_s < (blocked_s := self._gate.blocked_s):
            raise _too_long(blocked_s)

    async def _served(self, waiter: "_Waiter") -> int:
        while waiter.waiting:
            await (waiter.called() if self._watched else self._watch(waiter))
        if waiter.charged is None:
            raise waiter.refusal
        return waiter.charged

    async def _watch(self, waiter: "_Waiter") -> None:
        self._watched = True
        try:
            while waiter.waiting and (head := self._head()) is not None:
                await self._gate.change(head.tokens)
                self._let_through()
        finally:
            self._watched = False

    def _let_through(self) -> None:
        while (head := self._head()) is not None and (charged := self._gate.charge(head.tokens)) is not None:
            heappop(self._heap)
            self._count(head, -1)
            head.let_through(charged)

    def _join(self, waiter: "_Waiter", since: float) -> None:
        heappush(self._heap, (since, next(self._numbers), waiter))
        self._count(waiter, 1)

    def _leave(self, waiter: "_Waiter") -> None:
        if waiter.waiting:
            self._count(waiter, -1)
            waiter.waiting = False
            self._clear()
        if not self._watched and (head := self._head()) is not None:
            head.call()

    def _count(self, waiter: "_Waiter", change: int) -> None:
        self._length += change
        self.tokens += change * waiter.tokens
        self._impatient += change * waiter.impatient

    def _head(self) -> "_Waiter | None":
        heap = self._heap
        while heap and not heap[0][2].waiting:
            heappop(heap)
        return heap[0][2] if heap else None

    def _clear(self) -> None:
        """Forget those who left before their turn, now and then: all at once costs no more than one by one."""
        if len(self._heap) - self._length > max(self._length, FEW):
            self._heap = [place for place in self._heap if place[2].waiting]
            heapify(self._heap)


class _Waiter:
    """One request in line, until it is let through, dismissed or gone."""

    __slots__ = ("_call", "_too_long_s", "charged", "patience_s", "tokens", "waiting")

    def __init__(self, tokens: int, patience_s: float) -> None:
        self.tokens = tokens
        self.patience_s = patience_s
        self.charged: int | None = None
        self.waiting = True
        self._too_long_s = 0.0
        self._call: asyncio.Future[None] | None = None

    @property
    def impatient(self) -> bool:
        """Whether it does not wait for every block."""
        return self.patience_s != math.inf

    @property
    def refusal(self) -> Refusal:
        """Why it was dismissed."""
        return _too_long(self._too_long_s)

    async def called(self) -> None:
        """Wait for `call`."""
        self._call = asyncio.get_running_loop().create_future()
        await self._call

    def call(self) -> None:
        """Something has changed for it."""
        if self._call is not None and not self._call.done():
            self._call.set_result(None)

    def let_through(self, charged: int) -> None:
        """It may be sent."""
        self.charged, self.waiting = charged, False
        self.call()

    def dismiss(self, blocked_s: float) -> None:
        """It would have to wait for too long."""
        self._too_long_s, self.waiting = blocked_s, False
        self.call()


def _too_long(blocked_s: float) -> Refusal:
    text = f"the provider wants no requests for the next {blocked_s:.0f} s"
    return Refusal("rate_limited", text, retry_after_s=blocked_s)
