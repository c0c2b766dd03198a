"""The bank's people and things, as the generator and the tasks know them."""

from dataclasses import dataclass
from datetime import date

from wardian.base.identity import derive_seed
from wardian.environments.address import Address
from wardian.environments.template import SqlValue

__all__ = ["TODAY", "Account", "Card", "Customer", "Fee", "Payee", "Payment", "StandingOrder"]
__all__ += ["Record", "one_time_code"]

TODAY = date(2026, 3, 2)

Record = dict[str, SqlValue]


def one_time_code(customer_id: str, number: int) -> str:
    """The six digits of the code that a customer is sent as their `number`th, from 1."""
    return str(100_000 + derive_seed("bank", "code", customer_id, number) % 900_000)


@dataclass(frozen=True)
class Account:
    """An account; what stands on it is in the bank's rows."""

    id: str
    kind: str
    overdraft_cents: int


@dataclass(frozen=True)
class Customer:
    """Somebody with a checking and a savings account."""

    id: str
    first_name: str
    last_name: str
    birth_date: date
    address: Address
    checking: Account
    savings: Account

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True)
class Payee:
    """Somebody whom a customer may send money to."""

    id: str
    name: str


@dataclass(frozen=True)
class StandingOrder:
    """Money that is sent every month."""

    id: str
    payee: Payee
    amount_cents: int
    day_of_month: int


@dataclass(frozen=True)
class Card:
    """A debit card; people know its last four digits."""

    id: str
    last_digits: str
    daily_limit_cents: int


@dataclass(frozen=True)
class Payment:
    """Something paid with a card."""

    id: str
    card: Card
    merchant: str
    amount_cents: int
    made_on: date


@dataclass(frozen=True)
class Fee:
    """A fee in the ledger."""

    id: str
    kind: str
    amount_cents: int
    booked_on: date
