"""Tables that nobody has tidied up: their data looks right and is not."""

from collections.abc import Callable, Mapping
from random import Random

from wardian.base.identity import random_stream
from wardian.environments.template import SqlValue

from .company import Company
from .tools import LEFTOVERS

__all__ = ["leftovers"]

_Row = Mapping[str, SqlValue]
_SHARE = 5
"""One row in so many was copied once."""


def leftovers(company: Company, count: int, seed: int) -> dict[str, list[_Row]]:
    """The rows of the first `count` tables of `leftovers.sql`."""
    random = random_stream("sqlops", seed, "leftovers")
    makers: tuple[Callable[[Company, Random], list[_Row]], ...] = (
        _orders_backup,
        _customers_old,
        _revenue,
        _import,
        _payments_test,
        _rates,
    )
    return {table: maker(company, random) for table, maker in zip(LEFTOVERS[:count], makers, strict=False)}


def _orders_backup(company: Company, random: Random) -> list[_Row]:
    return [{**row, "status": "new"} for row in _copied(company, "orders", random)]


def _customers_old(company: Company, random: Random) -> list[_Row]:
    columns = ("id", "name", "email", "country", "segment", "status")
    rows = _copied(company, "customers", random)
    return [{**{name: row[name] for name in columns}, "segment": "retail", "status": "active"} for row in rows]


def _revenue(company: Company, random: Random) -> list[_Row]:
    return [
        {"id": f"R{n}", "account_manager": row["id"], "revenue_cents": random.randrange(10_000, 90_000_000)}
        for n, row in enumerate(company.rows["employees"])
    ]


def _import(company: Company, random: Random) -> list[_Row]:
    columns = ("id", "batch", "currency", "region", "status")
    return [{name: row[name] for name in columns} for row in _copied(company, "orders", random)]


def _payments_test(company: Company, random: Random) -> list[_Row]:
    rows = _copied(company, "payments", random)
    columns = ("id", "order_id", "reference")
    return [{**{name: row[name] for name in columns}, "amount_cents": random.randrange(1, 999)} for row in rows]


def _rates(company: Company, random: Random) -> list[_Row]:
    currencies = sorted({country.currency for country in company.countries} | {"USD"})
    return [{"currency": currency, "per_eur": round(random.uniform(0.5, 25), 3)} for currency in currencies]


def _copied(company: Company, table: str, random: Random) -> list[_Row]:
    return [row for row in company.rows[table] if random.randrange(_SHARE) == 0]
