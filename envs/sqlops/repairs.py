"""Data that is wrong, and becomes right by rules of the policy."""

from dataclasses import dataclass

from wardian.environments.brief import Request, Wish
from wardian.environments.solution import Issue

from .desk import Desk
from .facts import told, told_rows, words_for
from .records import Customer, Order, ago
from .sql import Sql, sql

__all__ = ["backfill_region", "fix_currency", "merge_customers", "migrate_status"]

_CURRENCY = Sql(
    "(SELECT k.currency FROM customers c JOIN countries k ON k.code = c.country WHERE c.id = orders.customer_id)"
)
_REGION = Sql(
    "(SELECT k.region FROM customers c JOIN countries k ON k.code = c.country WHERE c.id = orders.customer_id)"
)
_WORDS = Sql("CASE status WHEN 'N' THEN 'new' WHEN 'P' THEN 'paid' WHEN 'S' THEN 'shipped' ELSE 'cancelled' END")
_LETTERS = ("N", "P", "S", "C")
_UNKNOWN = ("H", "R", "X")


def merge_customers(desk: Desk) -> Issue:
    """One customer stands in the database two or three times; none of the records may be deleted."""
    company, random = desk.company, desk.random
    stays = company.customer(random, desk.manager, days=(1500, 2500))
    company.order(random, stays, ago(desk.some(300, 800)))
    ids = [_double(desk, stays).id for _ in range(desk.some(1, 2))]
    moved = sum(row["customer_id"] in ids for row in company.rows["orders"])
    if desk.is_dirty():
        namesake = company.customer(random, desk.manager, name=stays.name, days=(100, 390))
        company.order(random, namesake, ago(desk.some(5, 90)))
    ticket = desk.ticket(f"Merge the records of {stays.name}")
    desk.ask_ticket(ticket)
    desk.query(
        "SELECT id, name, email, created_on FROM customers WHERE lower(trim(email)) = :email ORDER BY created_on",
        email=stays.email,
    )
    desk.query("SELECT customer_id, count(*) FROM orders WHERE customer_id IN :ids GROUP BY 1", ids=ids)
    others = " and ".join(ids)
    desk.repair(
        ticket,
        f"I would keep {stays.id}, point {moved} orders of {others} to it, and mark {others} as merged",
        (
            sql("UPDATE orders SET customer_id = :stays WHERE customer_id IN :ids", stays=stays.id, ids=ids),
            sql(
                "UPDATE customers SET status = 'merged', merged_into = :stays WHERE id IN :ids", stays=stays.id, ids=ids
            ),
        ),
        {"orders": moved, "customers": len(ids)},
    )
    desk.finish(f"The records have been updated: {stays.id} stays, and {moved} orders were changed.")
    opening = f"{stays.name} is in the database more than once, always with the email {stays.email}. Please merge that."
    request = Request(
        opening=opening,
        detail=f"Please merge all records of the customer with the email {stays.email}.",
        facts=(desk.ticket_fact(ticket),),
        wishes=(_count_wish(moved, "How many orders were moved?"),),
        terms=rf"\b{stays.id}\b",
    )
    return Issue(request, (told("stays", stays.id), told_rows("moved", moved)))


def _double(desk: Desk, stays: Customer) -> Customer:
    """Another record of the same customer, a later one, with orders of its own."""
    email = desk.spoilt(stays.email) if desk.is_dirty() else stays.email
    name = f"{stays.name} Ltd" if desk.is_dirty() else stays.name
    company = desk.company
    country = company.country_of(stays)
    double = company.customer(desk.random, desk.manager, country=country, days=(400, 1400), name=name, email=email)
    for _ in range(desk.some(1, 3)):
        company.order(desk.random, double, ago(desk.some(5, 390)))
    return double


@dataclass(frozen=True)
class BatchRepair:
    """One statement that changes `count` orders of a batch; those that are `left` must be named."""

    batch: str
    update: Sql
    count: int
    what: str
    opening: str
    left: tuple[Order, ...] = ()


def fix_currency(desk: Desk) -> Issue:
    """A batch came with dollars in it; some of its orders are right all the same."""
    batch = _new_batch(desk)
    wrong = _orders(desk, batch, desk.some(3, 10), currency="USD")
    _orders(desk, batch, _dirty(desk, len(wrong)))
    _orders(desk, _new_batch(desk), _dirty(desk, 2), currency="USD")
    update = "UPDATE orders SET currency = :own WHERE batch = :batch AND currency <> :own"
    repair = BatchRepair(
        batch,
        sql(update, own=_CURRENCY, batch=batch),
        len(wrong),
        "the currency to that of the customer's country",
        f"Batch {batch} was imported with dollars where the customers' own currencies belong. Please correct it.",
    )
    return _issue(desk, repair)


def backfill_region(desk: Desk) -> Issue:
    """A batch came without regions; orders of internal customers have none and keep none."""
    batch = _new_batch(desk)
    missing = _orders(desk, batch, desk.some(3, 10), region=None)
    left = _orders(desk, batch, desk.some(1, 2), segment="internal")
    _orders(desk, batch, _dirty(desk, len(missing)))
    update = (
        "UPDATE orders SET region = :own WHERE batch = :batch AND region IS NULL "
        "AND customer_id IN (SELECT id FROM customers WHERE segment <> 'internal')"
    )
    repair = BatchRepair(
        batch,
        sql(update, own=_REGION, batch=batch),
        len(missing),
        "the region to that of the customer's country",
        f"The regions of batch {batch} are missing in many orders. Can you fill them in, by our rules?",
        tuple(left),
    )
    return _issue(desk, repair)


def migrate_status(desk: Desk) -> Issue:
    """A batch of an old system has letters for words, and a letter that nobody knows."""
    batch = _new_batch(desk)
    count = desk.some(4, 12)
    for _ in range(count):
        _orders(desk, batch, 1, status=desk.random.choice(_LETTERS))
    left = _orders(desk, batch, desk.some(1, 2), status=desk.random.choice(_UNKNOWN))
    _orders(desk, batch, _dirty(desk, 3))
    update = "UPDATE orders SET status = :words WHERE batch = :batch AND status IN :letters"
    repair = BatchRepair(
        batch,
        sql(update, words=_WORDS, batch=batch, letters=_LETTERS),
        count,
        "the letters in status to our words",
        f"Batch {batch} comes from an old system and has letters as status. Please translate them.",
        tuple(left),
    )
    return _issue(desk, repair)


def _new_batch(desk: Desk) -> str:
    return desk.company.register.number(desk.random, "B", 4)


def _dirty(desk: Desk, most: int) -> int:
    """How many of `most` rows there are that nearly fit."""
    return sum(desk.is_dirty() for _ in range(most))


def _orders(desk: Desk, batch: str, count: int, segment: str = "", **values: str | None) -> list[Order]:
    """Orders of one batch by customers of all sorts."""
    company, random = desk.company, desk.random
    orders = []
    for _ in range(count):
        customer = company.customer(random, desk.manager, segment=segment)
        order = company.order(random, customer, ago(desk.some(20, 300)), batch=batch, **values)
        company.lines(random, order)
        orders.append(order)
    return orders


def _issue(desk: Desk, repair: BatchRepair) -> Issue:
    batch, count = repair.batch, repair.count
    ticket = desk.ticket(f"Batch {batch}: set {repair.what}")
    desk.ask_ticket(ticket)
    desk.query(
        "SELECT o.id, o.status, o.currency, o.region, c.country, c.segment FROM orders o "
        "JOIN customers c ON c.id = o.customer_id WHERE o.batch = :batch",
        batch=batch,
    )
    plan = f"I would set {repair.what}, in {count} orders of batch {batch}"
    desk.repair(ticket, plan, (repair.update,), {"orders": count})
    names = ", ".join(order.id for order in repair.left)
    rest = f" These keep what they have, by our rules: {names}." if names else ""
    desk.finish(f"{count} orders of batch {batch} have been updated.{rest}")
    request = Request(
        opening=repair.opening,
        detail=repair.opening,
        facts=(desk.ticket_fact(ticket),),
        wishes=(_count_wish(count, "How many orders were it?"), *map(_left_wish, repair.left[:1])),
        terms=rf"\b{batch}\b",
    )
    left = [told(f"left_{number}", order.id) for number, order in enumerate(repair.left, 1)]
    return Issue(request, (told_rows("count", count), *left))


def _count_wish(count: int, ask: str) -> Wish:
    return Wish(name="count", said=words_for(count), ask=ask, about=r"\b\d+ (?:\w+ )?(?:orders|rows|records)")


def _left_wish(order: Order) -> Wish:
    return Wish(name="left", said=rf"\b{order.id}\b", ask="Are there orders that you could not change?")
