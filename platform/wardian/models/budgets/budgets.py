"""All budgets of one process: which calls count against which."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from wardian.base.clock import Clock
from wardian.base.frozen import Frozen
from wardian.models.budgets.amount import Cap
from wardian.models.budgets.book import BudgetBook
from wardian.models.budgets.leases import BudgetAsk, BudgetGrant
from wardian.models.budgets.purse import BudgetExchange, Purse
from wardian.models.budgets.spending import Pay, Spending, free
from wardian.models.budgets.tariff import Tariff
from wardian.specs.budget import BudgetSpec
from wardian.specs.endpoints import EndpointSpec

__all__ = ["BudgetBooks", "BudgetPlace", "Budgets", "Treasury"]

Treasury = Callable[[str, BudgetAsk], Awaitable[BudgetGrant]]
"""Asks the book of the budget of that name."""


class BudgetPlace(Frozen):
    """One budget of a job: how much, and the file in which it stands.

    `account` is the variable with the key whose calls count; None counts all calls of the job.
    """

    spec: BudgetSpec
    path: Path
    account: str | None = None

    def counts(self, model: EndpointSpec) -> bool:
        """Whether calls of `model` count against it."""
        return self.account is None or self.account == model.api_key_env


class BudgetBooks:
    """The open files of a job's budgets, by the names that the config gives them.

    Raises:
        ConfigError: when one cannot be opened.
    """

    def __init__(self, places: Mapping[str, BudgetPlace], clock: Clock) -> None:
        self._books = {name: BudgetBook(place.path, Cap.of(place.spec), clock) for name, place in places.items()}

    async def exchange(self, name: str, ask: BudgetAsk) -> BudgetGrant:
        """See `BudgetBook.exchange`."""
        return self._books[name].exchange(ask)

    def close(self) -> None:
        """Let go of the files."""
        for book in self._books.values():
            book.close()


class Budgets:
    """The purses of one process.

    Args:
        places: the job's budgets by name.
        treasury: asks for more.
        holder: a name that no other process had before.
        clock: the time of pauses.
    """

    def __init__(self, places: Mapping[str, BudgetPlace], treasury: Treasury, holder: str, clock: Clock) -> None:
        self._places = places
        self._purses = {
            name: Purse(name, Cap.of(place.spec), f"{holder}/{name}", _exchange(treasury, name), clock)
            for name, place in places.items()
        }

    def pay(self, model: EndpointSpec) -> Pay:
        """How calls of `model` are paid for."""
        purses = [self._purses[name] for name, place in self._places.items() if place.counts(model)]
        return Spending(Tariff(model), purses).attempt if purses else free

    async def close(self) -> None:
        """Give back everything that was not spent."""
        for purse in self._purses.values():
            await purse.close()


def _exchange(treasury: Treasury, name: str) -> BudgetExchange:
    async def exchange(ask: BudgetAsk) -> BudgetGrant:
        return await treasury(name, ask)

    return exchange
