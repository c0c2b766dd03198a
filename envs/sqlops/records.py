"""What there is in the company; amounts are in cents, days as in ISO 8601, as in the database."""

from dataclasses import dataclass
from datetime import date, timedelta

__all__ = ["TODAY", "Country", "Customer", "Employee", "Event", "Order", "OrderLine", "Payment", "Product", "Ticket"]
__all__ += ["ago", "amount"]

TODAY = date(2026, 3, 2)


@dataclass(frozen=True)
class Country:
    """Decides currency and region of its customers' orders."""

    code: str
    name: str
    currency: str
    region: str


@dataclass(frozen=True)
class Employee:
    """A colleague; some of them ask for something."""

    id: str
    name: str
    department: str
    salary_cents: int


@dataclass(frozen=True)
class Customer:
    """`country` and `account_manager` are ids."""

    id: str
    name: str
    email: str
    country: str
    segment: str
    status: str
    created_on: str
    account_manager: str
    tax_number: str
    merged_into: str | None = None
    closed_on: str | None = None


@dataclass(frozen=True)
class Product:
    """Something that is sold."""

    id: str
    name: str
    category: str
    list_price_cents: int


@dataclass(frozen=True)
class Order:
    """`batch` names the import that it came with."""

    id: str
    customer_id: str
    placed_on: str
    status: str
    currency: str
    region: str | None
    batch: str | None = None


@dataclass(frozen=True)
class OrderLine:
    """A product in an order."""

    order_id: str
    line: int
    product_id: str
    quantity: int
    unit_price_cents: int

    @property
    def cents(self) -> int:
        """What it costs."""
        return self.quantity * self.unit_price_cents


@dataclass(frozen=True)
class Payment:
    """Money on a bank statement; without an `order_id` it has only its reference."""

    id: str
    order_id: str | None
    reference: str
    paid_on: str
    amount_cents: int
    currency: str
    statement: str


@dataclass(frozen=True)
class Event:
    """A line in a system's log."""

    id: str
    system: str
    happened_on: str
    kind: str
    detail: str


@dataclass(frozen=True)
class Ticket:
    """What a colleague has opened before they write."""

    id: str
    requester: str
    subject: str
    opened_on: str


def ago(days: int) -> str:
    """The day that was so many days before today."""
    return (TODAY - timedelta(days=days)).isoformat()


def amount(cents: int, currency: str) -> str:
    """As people write it: EUR 1,234.50."""
    return f"{currency} {cents / 100:,.2f}"
