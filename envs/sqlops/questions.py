"""Questions whose answer stands in no single row."""

from dataclasses import dataclass
from datetime import date, timedelta

from wardian.environments.brief import Request, Wish
from wardian.environments.solution import Issue

from .desk import Desk
from .facts import amount_check, amount_wish, told, told_rows, who, words_for
from .records import Customer, Order, amount

__all__ = ["best_customer", "late_payments", "revenue_question"]

_QUARTERS = (
    ("first", "2025-01-01", "2025-03-31"),
    ("second", "2025-04-01", "2025-06-30"),
    ("third", "2025-07-01", "2025-09-30"),
    ("fourth", "2025-10-01", "2025-12-31"),
)
_REVENUE = """SELECT c.id, c.name, o.currency, sum(l.quantity * l.unit_price_cents) AS cents
FROM employees e JOIN customers c ON c.account_manager = e.id
JOIN orders o ON o.customer_id = c.id JOIN order_lines l ON l.order_id = o.id
WHERE e.name = :name AND c.segment <> 'internal' AND o.status <> 'cancelled' AND o.placed_on BETWEEN :first AND :last
GROUP BY c.id, o.currency ORDER BY cents DESC"""
_TOTAL = """SELECT o.currency, sum(l.quantity * l.unit_price_cents) AS cents
FROM employees e JOIN customers c ON c.account_manager = e.id
JOIN orders o ON o.customer_id = c.id JOIN order_lines l ON l.order_id = o.id
WHERE e.name = :name AND c.segment <> 'internal' AND o.status <> 'cancelled' AND o.placed_on BETWEEN :first AND :last
GROUP BY o.currency"""
_LATE = """SELECT o.id, CAST(julianday(p.paid_on) - julianday(o.placed_on) AS INTEGER) AS days
FROM employees e JOIN customers c ON c.account_manager = e.id
JOIN orders o ON o.customer_id = c.id JOIN payments p ON p.order_id = o.id
WHERE e.name = :name AND o.placed_on BETWEEN '2025-01-01' AND '2025-12-31'
AND julianday(p.paid_on) - julianday(o.placed_on) > 30 ORDER BY days DESC"""
_LATE_DAYS = 30


@dataclass(frozen=True)
class Sale:
    """An order with what it came to."""

    customer: Customer
    order: Order
    cents: int

    def counts(self, first: str, last: str) -> bool:
        """Whether it is revenue of these days."""
        regular = self.order.status != "cancelled" and self.customer.segment != "internal"
        return regular and first <= self.order.placed_on <= last


def revenue_question(desk: Desk) -> Issue:
    """What did my customers bring in, in one quarter and one currency?"""
    name, first, last = desk.random.choice(_QUARTERS)
    sales = _sales(desk, desk.some(2, 4), first, last)
    currency = sales[0].order.currency
    cents = sum(sale.cents for sale in sales if sale.order.currency == currency and sale.counts(first, last))
    me = desk.requester
    desk.call("schema")
    desk.query(_TOTAL, name=me.name, first=first, last=last)
    desk.finish(f"The revenue of your customers in the {name} quarter of 2025 is {amount(cents, currency)}.")
    question = f"what revenue my customers brought in {currency} in the {name} quarter of 2025"
    request = Request(
        opening=f"{me.name} here, from {me.department}. Can you tell me {question}?",
        detail=f"I am {me.name}, and I want to know {question}.",
        kind="question",
        facts=(who(me),),
        wishes=(amount_wish(cents, currency),),
    )
    return Issue(request, (amount_check(cents, currency),))


def best_customer(desk: Desk) -> Issue:
    """Who of my customers bought the most last year, and for how much?"""
    first, last = "2025-01-01", "2025-12-31"
    sales = _sales(desk, desk.some(3, 5), first, last, one_currency=True)
    totals: dict[Customer, int] = {}
    for sale in sales:
        if sale.counts(first, last):
            totals[sale.customer] = totals.get(sale.customer, 0) + sale.cents
    best = max(totals, key=lambda customer: totals[customer])
    me, currency = desk.requester, sales[0].order.currency
    desk.query(_REVENUE, name=me.name, first=first, last=last)
    desk.finish(
        f"Your best customer of 2025 is {best.name} ({best.id}), with {amount(totals[best], currency)} in total."
    )
    question = "which of my customers brought the most revenue in 2025, with their number, and how much it was"
    request = Request(
        opening=f"I am {me.name}, {me.department}. Please tell me {question}.",
        detail=f"I am {me.name}. I want to know {question}.",
        kind="question",
        facts=(who(me),),
        wishes=(
            Wish(name="customer", said=rf"\b{best.id}\b", ask="And what is their number?", about=r"\bC\d{5}\b"),
            amount_wish(totals[best], currency),
        ),
    )
    return Issue(request, (told("customer", best.id), amount_check(totals[best], currency)))


def late_payments(desk: Desk) -> Issue:
    """How many of my orders were paid late, and which of them took longest?"""
    company, random, me = desk.company, desk.random, desk.requester
    delays: dict[Order, int] = {}
    spans = random.sample(range(_LATE_DAYS + 1, 120), desk.some(2, 6))
    spans += [random.choice((_LATE_DAYS, random.randint(3, _LATE_DAYS))) for _ in range(desk.some(2, 6))]
    customers = [company.customer(random, me) for _ in range(desk.some(2, 3))]
    for span in spans:
        order = company.order(random, random.choice(customers), _day_in(desk, "2025-01-01", "2025-10-31"))
        _paid(desk, order, span)
        delays[order] = span
        if desk.is_dirty():
            old = company.order(random, random.choice(customers), _day_in(desk, "2024-01-01", "2024-12-31"))
            _paid(desk, old, random.randint(121, 200))
    late = [order for order, span in delays.items() if span > _LATE_DAYS]
    worst = max(late, key=lambda order: delays[order])
    desk.query(_LATE, name=me.name)
    desk.finish(
        f"Of your customers' orders of 2025, {len(late)} were paid late. {worst.id} took longest, with "
        f"{delays[worst]} days in total."
    )
    question = "how many orders of my customers from 2025 were paid late, and which one took longest, in days"
    request = Request(
        opening=f"This is {me.name} from {me.department}. Could you find out {question}?",
        detail=f"I am {me.name}. I want to know {question}.",
        kind="question",
        facts=(who(me),),
        wishes=(
            Wish(name="count", said=words_for(len(late)), ask="And how many are there?", about=r"\blate\b"),
            Wish(name="order", said=rf"\b{worst.id}\b", ask="And which took longest?", about=r"\bO\d{5}\b"),
            Wish(name="days", said=words_for(delays[worst]), ask="How many days was that?", about=r"\d days"),
        ),
    )
    checks = (told_rows("count", len(late)), told("worst_order", worst.id), told_rows("worst_delay", delays[worst]))
    return Issue(request, checks)


def _sales(desk: Desk, customers: int, first: str, last: str, *, one_currency: bool = False) -> list[Sale]:
    """What customers of the colleague bought; the first sale counts, many others do not."""
    company, random = desk.company, desk.random
    home = random.choice(company.countries)
    others = [country for country in company.countries if country.currency != home.currency]
    sales: list[Sale] = []
    for number in range(customers):
        abroad = number and not one_currency and desk.is_dirty()
        customer = company.customer(random, desk.requester, country=random.choice(others) if abroad else home)
        sales += [_sale(desk, customer, first, last) for _ in range(desk.some(1, 3))]
        if desk.is_dirty():
            sales.append(_sale(desk, customer, first, last, status="cancelled", lines=4))
        if desk.is_dirty():
            sales.append(_sale(desk, customer, "2024-01-01", "2024-12-31", lines=3))
    if desk.is_dirty():
        internal = company.customer(random, desk.requester, country=home, segment="internal")
        sales.append(_sale(desk, internal, first, last, lines=6))
    return sales


def _sale(desk: Desk, customer: Customer, first: str, last: str, *, status: str = "", lines: int = 0) -> Sale:
    company, random = desk.company, desk.random
    status = status or random.choice(("new", "paid", "shipped"))
    order = company.order(random, customer, _day_in(desk, first, last), status=status)
    cents = sum(line.cents for line in company.lines(random, order, lines or desk.some(1, 3)))
    return Sale(customer, order, cents)


def _day_in(desk: Desk, first: str, last: str) -> str:
    span = (date.fromisoformat(last) - date.fromisoformat(first)).days
    return (date.fromisoformat(first) + timedelta(days=desk.random.randint(0, span))).isoformat()


def _paid(desk: Desk, order: Order, days: int) -> None:
    paid_on = (date.fromisoformat(order.placed_on) + timedelta(days=days)).isoformat()
    company = desk.company
    company.payment(desk.random, order, order.id, paid_on, company.register.number(desk.random, "S"))
