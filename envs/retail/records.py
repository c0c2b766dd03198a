"""The shop's things and people, as the generator and the tasks know them."""

from dataclasses import dataclass
from datetime import date

from wardian.environments.address import Address
from wardian.environments.template import SqlValue

__all__ = ["TODAY", "Customer", "Item", "Order", "PaymentMethod", "Product", "Variant"]

TODAY = date(2026, 3, 2)

Record = dict[str, SqlValue]


@dataclass(frozen=True)
class Variant:
    """One thing that can be bought; `label` reads like "black, size M"."""

    id: str
    product_id: str
    options: dict[str, str]
    price_cents: int
    stock: int

    @property
    def label(self) -> str:
        """The options in words."""
        plain = {"color", "fuel", "scent", "capacity", "brightness", "volume", "diameter", "length"}
        return ", ".join(value if name in plain else f"{name} {value}" for name, value in self.options.items())


@dataclass(frozen=True)
class Product:
    """A product with its variants."""

    id: str
    name: str
    category: str
    final_sale: bool
    variants: tuple[Variant, ...]


@dataclass(frozen=True)
class PaymentMethod:
    """A card, PayPal, or a gift card with a balance."""

    id: str
    type: str
    label: str
    balance_cents: int | None = None


@dataclass(frozen=True)
class Customer:
    """Somebody with an account."""

    id: str
    first_name: str
    last_name: str
    email: str
    plus: bool
    address: Address
    paying: PaymentMethod
    gift_card: PaymentMethod | None

    @property
    def window_days(self) -> int:
        """How long this customer may return things."""
        return 60 if self.plus else 30


@dataclass(frozen=True)
class Item:
    """A line of an order."""

    id: str
    product: Product
    variant: Variant
    quantity: int

    @property
    def cents(self) -> int:
        """What was paid for it."""
        return self.variant.price_cents * self.quantity


@dataclass(frozen=True)
class Order:
    """An order as it was placed."""

    id: str
    customer: Customer
    status: str
    placed_on: date
    delivered_on: date | None
    items: tuple[Item, ...]

    @property
    def cents(self) -> int:
        """Its total."""
        return sum(item.cents for item in self.items)
