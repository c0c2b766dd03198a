"""The gate before a model's requests: each attempt passes with its worst case reserved, and pays what it took."""

from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Final, Protocol, Self

from wardian.base.completion import Completion
from wardian.base.messages import Request
from wardian.models.budgets.amount import NOTHING, Amount
from wardian.models.budgets.purse import Purse
from wardian.models.budgets.tariff import Tariff

__all__ = ["Attempt", "Pay", "Reservation", "Spending", "free"]


class Attempt(Protocol):
    """One attempt: `async with` around it, and word of its answer."""

    async def __aenter__(self) -> Self:
        """Wait until it may be sent.

        Raises:
            wardian.base.errors.ModelError: kind "budget", when it may not.
        """
        ...

    def answered(self, completion: Completion) -> None:
        """It was answered."""
        ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


Pay = Callable[[Request], Attempt]
"""How a client pays for an attempt at a request."""


class Spending:
    """What calls of one model are paid with.

    Args:
        tariff: what they take.
        purses: the budgets that they count against, always in the same order, so that no two wait for each other.
    """

    def __init__(self, tariff: Tariff, purses: Sequence[Purse]) -> None:
        self.tariff = tariff
        self.purses = purses

    def attempt(self, request: Request) -> Attempt:
        """One attempt at `request`."""
        return Reservation(self, request)


class Reservation:
    """An attempt whose worst case is reserved while it is under way."""

    __slots__ = ("_quote", "_spending", "_used")

    def __init__(self, spending: Spending, request: Request) -> None:
        self._spending = spending
        self._quote = spending.tariff.quote(request)
        self._used: Amount | None = None

    async def __aenter__(self) -> Self:
        """Reserve it in every budget, or in none."""
        purses, taken = self._spending.purses, 0
        try:
            for purse in purses:
                await purse.take(self._quote.worst)
                taken += 1
        finally:
            if taken < len(purses):
                for purse in purses[:taken]:
                    purse.settle(self._quote.worst, NOTHING)
        return self

    def answered(self, completion: Completion) -> None:
        """Pay what the answer took."""
        self._used = self._spending.tariff.used(self._quote, completion)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Settle; without an answer what it may have taken."""
        used = self._spending.tariff.lost(error, self._quote) if self._used is None else self._used
        for purse in self._spending.purses:
            purse.settle(self._quote.worst, used)
        for purse in self._spending.purses:
            await purse.tidy()


class _FreeAttempt:
    """An attempt that no budget counts."""

    __slots__ = ()

    async def __aenter__(self) -> Self:
        return self

    def answered(self, completion: Completion) -> None:
        """Nobody wants to know."""

    async def __aexit__(self, *exc: object) -> None:
        return


FREE_ATTEMPT: Final = _FreeAttempt()


def free(request: Request) -> Attempt:
    """How attempts are paid for when there is no budget."""
    del request
    return FREE_ATTEMPT
