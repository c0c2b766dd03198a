"""What one process holds of a budget: calls take from it, and it asks for more when they cannot."""

import asyncio
from collections.abc import Awaitable, Callable

from wardian.base.clock import Clock
from wardian.base.errors import ModelError
from wardian.models.budgets.amount import NOTHING, Amount, Cap, say
from wardian.models.budgets.leases import BudgetAsk, BudgetGrant

__all__ = ["BudgetExchange", "Purse"]

BudgetExchange = Callable[[BudgetAsk], Awaitable[BudgetGrant]]
"""How a process reaches the budget's book."""

GLANCE_S = 0.25
"""Whoever waits for what others may give back asks again so often."""


class Purse:
    """A budget in one process. Calls take their worst case before they are sent and settle when they have ended.

    Args:
        name: the key of the budget in the config, for people.
        cap: the most that may be spent by all.
        holder: a name that no other process had before.
        exchange: asks the book for more.
        clock: the time of pauses.
    """

    def __init__(self, name: str, cap: Cap, holder: str, exchange: BudgetExchange, clock: Clock) -> None:
        self._name = name
        self._cap = cap
        self._holder = holder
        self._exchange = exchange
        self._clock = clock
        self._held = NOTHING
        self._in_flight = NOTHING
        self._turn = asyncio.Lock()
        self._settled = asyncio.Event()
        self._scarce = False
        self._reached: ModelError | None = None
        self._number = 0
        self._unanswered: BudgetAsk | None = None

    async def take(self, amount: Amount) -> None:
        """Reserve `amount`; wait while calls under way may still give enough back.

        Raises:
            ModelError: kind "budget", when it does not fit any more: then nothing fits from then on.
        """
        counted = self._cap.counted(amount)
        if self._turn.locked() or not counted.fits(self._held) or self._reached:
            async with self._turn:
                while not counted.fits(self._held) or self._reached:
                    await self._draw(counted)
                self._promise(counted)
        else:
            self._promise(counted)

    def settle(self, reserved: Amount, used: Amount) -> None:
        """A call has ended that took `used` of what was `reserved`; more makes a debt."""
        self._in_flight -= self._cap.counted(reserved)
        self._held += self._cap.counted(reserved - used)
        self._settled.set()

    async def tidy(self) -> None:
        """Give back what nobody here waits for, once it is scarce."""
        if self._scarce and self._held != NOTHING and not self._turn.locked():
            async with self._turn:
                await self._ask(NOTHING)

    async def close(self) -> None:
        """Give back everything that was not spent."""
        async with self._turn:
            while self._unanswered or self._held != NOTHING:
                await self._ask(NOTHING)

    def _promise(self, counted: Amount) -> None:
        self._held -= counted
        self._in_flight += counted

    async def _draw(self, need: Amount) -> None:
        if self._reached:
            raise self._reached
        self._settled.clear()
        grant = await self._ask(need)
        if need.fits(self._held):
            return
        here = self._held + self._in_flight
        if not need.fits(grant.reachable + here):
            self._reached = self._refusal(grant.reachable + here)
            raise self._reached
        await self._wait()

    async def _ask(self, need: Amount) -> BudgetGrant:
        """One exchange. When the answer to the last one was lost, that one is repeated: it counts once."""
        ask = self._unanswered
        if ask is None:
            ask = BudgetAsk(
                holder=self._holder, number=self._number, returned=self._held, need=need, in_flight=self._in_flight
            )
            self._unanswered, self._held = ask, NOTHING
        grant = await self._exchange(ask)
        self._unanswered = None
        self._number += 1
        self._held += grant.granted
        if ask.need != NOTHING:
            self._scarce = grant.scarce
        return grant

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(GLANCE_S):
                await self._settled.wait()
        except TimeoutError:
            return

    def _refusal(self, left: Amount) -> ModelError:
        said = say(self._cap.amount - left, self._cap)
        return ModelError("budget", f"{said} spent ({self._name}), and the next call may not fit", cause="infra")
