"""Builds the company's rows: people, customers, orders and what belongs to them."""

from collections.abc import Mapping
from random import Random
from typing import Any

import yaml

from wardian.base.identity import random_stream
from wardian.environments.register import Register
from wardian.environments.template import SqlValue

from .records import Country, Customer, Employee, Event, Order, OrderLine, Payment, Product, Ticket, ago

__all__ = ["Company"]

_TABLES = (
    *("countries", "employees", "customers", "products", "orders", "order_lines", "payments", "unmatched_payments"),
    *("events", "events_archive", "tickets", "repair_log"),
)
_STATUSES = ("new", "paid", "shipped", "shipped")


class Company:
    """All rows by table, in an order in which they can be inserted; whatever is made is placed there at once.

    Args:
        names: the content of `names.yaml`.
        seed: of people and data that no task is about.
    """

    def __init__(self, names: str, seed: int) -> None:
        self._words: dict[str, Any] = yaml.safe_load(names)
        self.rows: dict[str, list[Mapping[str, SqlValue]]] = {table: [] for table in _TABLES}
        self.register = Register()
        self.random = random_stream("sqlops", seed, "company")
        self.countries: list[Country] = [self._placed("countries", Country(*row)) for row in self._words["countries"]]
        self.products: list[Product] = [
            self._placed("products", Product(f"P{n:03d}", name, category, self.random.randrange(400, 9000)))
            for n, (name, category) in enumerate(self._words["products"], 1)
        ]

    def _placed(self, table: str, record: Any) -> Any:
        self.rows[table].append(vars(record))
        return record

    def system(self, random: Random) -> str:
        """The name of a system that no other task is about."""
        return self.register.number(random, f"{random.choice(self._words['systems'])}-", digits=3)

    def firm(self, random: Random) -> str:
        """The name of a company; several customers may have it."""
        return f"{random.choice(self._words['firm_heads'])} {random.choice(self._words['firm_tails'])}"

    def partnership(self, random: Random) -> str:
        """The name of a company that nobody else has, until it is given to somebody."""
        while not self.register.take(name := " & ".join(random.sample(self._words["firm_heads"], 2))):
            pass
        return name

    def employee(self, random: Random) -> Employee:
        """A colleague with a name of their own."""
        firsts, lasts = self._words["first_names"], self._words["last_names"]
        while not self.register.take(name := f"{random.choice(firsts)} {random.choice(lasts)}"):
            if self.register.take(name := f"{name}-{random.choice(lasts)}"):
                break
        department = random.choice(("sales", "finance", "support", "logistics"))
        salary = random.randrange(300_000, 900_000)
        found: Employee = self._placed(
            "employees", Employee(self.register.number(random, "E"), name, department, salary)
        )
        return found

    def customer(
        self,
        random: Random,
        manager: Employee,
        *,
        country: Country | None = None,
        days: tuple[int, int] = (900, 2000),
        **values: str,
    ) -> Customer:
        """A customer of `manager`, created so many days ago; `values` are columns that are decided."""
        name = values.get("name") or self.firm(random)
        number = self.register.number(random, "C")
        columns = {
            "email": f"office{number[1:]}@{name.split()[0].lower()}.example",
            **values,
            "name": name,
            "segment": values.get("segment") or random.choice(("retail", "hospitality", "public")),
        }
        customer = Customer(
            id=number,
            country=(country or random.choice(self.countries)).code,
            status="active",
            created_on=ago(random.randint(*days)),
            account_manager=manager.id,
            tax_number=f"TX{random.randrange(10**8, 10**9)}",
            **columns,
        )
        found: Customer = self._placed("customers", customer)
        return found

    def country_of(self, customer: Customer) -> Country:
        """Where they are."""
        return next(country for country in self.countries if country.code == customer.country)

    def order(self, random: Random, customer: Customer, placed_on: str, **values: str | None) -> Order:
        """An order with no line yet; `values` are columns that are not as they would be."""
        country = self.country_of(customer)
        region = None if customer.segment == "internal" else country.region
        order = Order(
            id=self.register.number(random, "O"),
            customer_id=customer.id,
            placed_on=placed_on,
            status=values.get("status") or random.choice(_STATUSES),
            currency=values.get("currency") or country.currency,
            region=values.get("region", region),
            batch=values.get("batch"),
        )
        found: Order = self._placed("orders", order)
        return found

    def lines(self, random: Random, order: Order, count: int = 1) -> list[OrderLine]:
        """Products in `order`, at prices of their own."""
        lines = []
        for number in range(1, count + 1):
            product = random.choice(self.products)
            price = product.list_price_cents + random.randrange(1, 99)
            line = OrderLine(order.id, number, product.id, random.randint(2, 40), price)
            lines.append(self._placed("order_lines", line))
        return lines

    def payment(self, random: Random, order: Order | None, reference: str, paid_on: str, statement: str) -> Payment:
        """Money for `order`, or with nothing but a reference."""
        currency = "EUR" if order is None else order.currency
        payment = Payment(
            id=self.register.number(random, "M"),
            order_id=None if order is None else order.id,
            reference=reference,
            paid_on=paid_on,
            amount_cents=random.randrange(2_000, 400_000),
            currency=currency,
            statement=statement,
        )
        found: Payment = self._placed("payments", payment)
        return found

    def event(self, random: Random, system: str, happened_on: str, kind: str) -> Event:
        """Something that `system` wrote down."""
        event = Event(
            self.register.number(random, "L", 6), system, happened_on, kind, f"{kind} {random.randrange(100, 999)}"
        )
        found: Event = self._placed("events", event)
        return found

    def ticket(self, random: Random, requester: Employee, subject: str) -> Ticket:
        """What `requester` has opened some days ago."""
        ticket = Ticket(self.register.number(random, "T"), requester.name, subject, ago(random.randint(1, 6)))
        found: Ticket = self._placed("tickets", ticket)
        return found

    def bystanders(self, orders: int) -> None:
        """Customers and orders that no task is about."""
        random = self.random
        managers = [self.employee(random) for _ in range(3 + orders // 100)]
        customers = [self.customer(random, random.choice(managers)) for _ in range(1 + orders // 4)]
        for _ in range(orders):
            order = self.order(random, random.choice(customers), ago(random.randint(1, 900)))
            self.lines(random, order)
            if order.status == "paid":
                self.payment(random, order, order.id, ago(random.randint(0, 20)), self.register.number(random, "S"))
