"""Builds a shop: its catalogue, and the people and orders that tasks ask for, all from one seed."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import product as combinations
from random import Random
from typing import Any

import orjson
import yaml

from wardian.base.identity import random_stream
from wardian.environments.address import Address
from wardian.environments.register import Register

from .records import TODAY, Customer, Item, Order, PaymentMethod, Product, Record, Variant

__all__ = ["Shop"]

_TABLES = ("customers", "payment_methods", "products", "variants", "orders", "order_items")
_SOLD_OUT = 0.25


class Shop:
    """Collects the rows of a shop while tasks place what they need in it.

    Args:
        catalogue: the products, as YAML.
        people: names and places, as YAML.
        seed: decides everything that is drawn.
    """

    def __init__(self, catalogue: str, people: str, seed: int) -> None:
        self.rows: dict[str, list[Record]] = {table: [] for table in _TABLES}
        self._seed = seed
        self._random = random_stream("retail", seed, "shop")
        self._register = Register()
        self._people: dict[str, list[Any]] = yaml.safe_load(people)
        self.products = tuple(self._product(entry) for entry in yaml.safe_load(catalogue))

    def _id(self, prefix: str, digits: int) -> str:
        return self._register.number(self._random, prefix, digits)

    def _product(self, entry: dict[str, Any]) -> Product:
        product_id = self._id("P", 4)
        values = combinations(*entry["options"].values())
        options = [dict(zip(entry["options"], chosen, strict=True)) for chosen in values]
        variants = tuple(self._variant(product_id, chosen, entry) for chosen in options)
        made = Product(product_id, entry["name"], entry["category"], bool(entry.get("final_sale")), variants)
        self.rows["products"].append(
            {"id": made.id, "name": made.name, "category": made.category, "final_sale": int(made.final_sale)}
        )
        return made

    def _variant(self, product_id: str, options: dict[str, str], entry: dict[str, Any]) -> Variant:
        extra = sum(entry.get("extra", {}).get(value, 0) for value in options.values())
        stock = 0 if self._random.random() < _SOLD_OUT else self._random.randrange(3, 60)
        made = Variant(self._id("V", 6), product_id, options, round((entry["price"] + extra) * 100), stock)
        record: Record = {"id": made.id, "product_id": product_id, "options": orjson.dumps(options).decode()}
        self.rows["variants"].append({**record, "price_cents": made.price_cents, "stock": made.stock})
        return made

    def address(self, random: Random) -> Address:
        """A place to live."""
        return Address.drawn(random, self._people["towns"], self._people["streets"])

    def _newcomer(self, random: Random) -> tuple[str, str, Address]:
        """Name and address of somebody who can be told from all others: no two share name and ZIP code."""
        while True:
            first, last = random.choice(self._people["first_names"]), random.choice(self._people["last_names"])
            address = self.address(random)
            if self._register.take(f"{first} {last} {address.zip}"):
                return first, last, address

    def customer(self, random: Random, *, plus: bool, gift_card: bool) -> Customer:
        """A new customer with a card or PayPal, and a gift card if wanted."""
        first, last, address = self._newcomer(random)
        customer_id = self._id("C", 5)
        email = f"{first}.{last}{customer_id[1:]}@example.com".lower()
        paying = self._paying(random)
        gift = (
            PaymentMethod(self._id("PM", 6), "gift_card", "gift card", random.randrange(20, 90) * 100)
            if gift_card
            else None
        )
        made = Customer(customer_id, first, last, email, plus, address, paying, gift)
        self.rows["customers"].append(
            {
                "id": customer_id,
                "first_name": first,
                "last_name": last,
                "email": email,
                "phone": f"555-{random.randrange(1000, 9999)}",
                "membership": "plus" if plus else "standard",
                **vars(address),
            }
        )
        for method in filter(None, (paying, gift)):
            self.rows["payment_methods"].append({**vars(method), "customer_id": customer_id})
        return made

    def _paying(self, random: Random) -> PaymentMethod:
        kind, name = random.choice((("credit_card", "Visa"), ("credit_card", "Mastercard"), ("paypal", "PayPal")))
        label = name if kind == "paypal" else f"{name} ending in {random.randrange(1000, 9999)}"
        return PaymentMethod(self._id("PM", 6), kind, label)

    def order(
        self, random: Random, customer: Customer, variants: Sequence[tuple[Product, Variant]], age: "Age"
    ) -> Order:
        """An order of `customer` for one piece each of `variants`."""
        order_id = self._id("W", 7)
        items = tuple(Item(f"{order_id}-{i + 1}", *chosen, quantity=1) for i, chosen in enumerate(variants))
        placed, delivered = age.dates(random)
        made = Order(order_id, customer, age.status, placed, delivered, items)
        self.rows["orders"].append(
            {
                "id": order_id,
                "customer_id": customer.id,
                "status": age.status,
                "placed_on": placed.isoformat(),
                "delivered_on": delivered.isoformat() if delivered else None,
                "payment_method_id": customer.paying.id,
                **vars(customer.address),
            }
        )
        for item in items:
            self.rows["order_items"].append(
                {
                    "id": item.id,
                    "order_id": order_id,
                    "variant_id": item.variant.id,
                    "quantity": item.quantity,
                    "unit_price_cents": item.variant.price_cents,
                    "status": "ordered",
                }
            )
        return made

    def bystanders(self, count: int, orders: int) -> None:
        """Customers that no task is about."""
        for number in range(count):
            random = random_stream("retail", self._seed, "bystander", number)
            someone = self.customer(random, plus=random.random() < 0.3, gift_card=random.random() < 0.3)
            self.other_orders(random, someone, orders, without=())

    def other_orders(self, random: Random, customer: Customer, count: int, without: Iterable[Product]) -> None:
        """Orders that the conversation is not about: of other products, so that nobody can mix them up."""
        avoided = {product.id for product in without}
        rest = [product for product in self.products if product.id not in avoided]
        for _ in range(count):
            chosen = random.sample(rest, random.choice((1, 1, 2)))
            lines = [(product, random.choice(product.variants)) for product in chosen]
            self.order(
                random, customer, lines, Age(random.choice(("pending", "shipped", "delivered", "delivered")), 3, 200)
            )


class Age:
    """How long ago an order was placed or, once delivered, arrived: between `low` and `high` days."""

    def __init__(self, status: str, low: int, high: int) -> None:
        self.status = status
        self._low = low
        self._high = high

    def dates(self, random: Random) -> tuple[date, date | None]:
        """When it was placed and when it arrived."""
        days = timedelta(random.randrange(self._low, self._high + 1))
        if self.status == "delivered":
            arrived = TODAY - days
            return arrived - timedelta(random.randrange(2, 8)), arrived
        return TODAY - min(days, timedelta(random.randrange(1, 5))), None
