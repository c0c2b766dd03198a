"""Rows for the tables of an API: the examples of its description first, then invented ones."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from wardian.base.identity import random_stream
from wardian.building.modelling import Modelled, Row
from wardian.environments.declarative.tables import ColumnSpec

__all__ = ["invent_rows"]

FIRST_DAY: Final = date(2026, 2, 1)
DAYS: Final = 28
FIRST_NUMBER: Final = 101
PEOPLE: Final = (
    "Ada Brook", "Ben Castle", "Cleo Dunn", "Dov Ellis", "Eva Frost", "Finn Gale", "Gia Holt", "Hugo Irwin",
    "Ida Jansen",
    "Jon Keller", "Kim Lund", "Leo Marsh", "Mia Noble", "Ned Olsen", "Ora Penn", "Pia Quist", "Rob Stone", "Sue Thorn",
)  # fmt: skip
CITIES: Final = (
    "Graz",
    "Lyon",
    "Turku",
    "Porto",
    "Ghent",
    "Basel",
    "Krakow",
    "Bergen",
    "Split",
    "Cork",
    "Malmo",
    "Trento",
)
THINGS: Final = (
    "amber", "basil", "cedar", "dune", "ember", "fern", "garnet", "hazel", "indigo", "juniper", "kelp", "laurel",
    "maple", "nettle", "olive", "pearl", "quartz", "rowan", "sorrel", "tulip",
)  # fmt: skip


def invent_rows(tables: Mapping[str, Modelled], examples: Mapping[str, list[Row]], many: int) -> None:
    """Fill the tables, those first that others refer to.

    Args:
        tables: without rows.
        examples: by table: rows, by column, that the description shows.
        many: rows of each table.
    """
    pending = list(tables)
    while pending:
        ready = [name for name in pending if not _targets(tables[name]) & (set(pending) - {name})] or pending[:1]
        for name in ready:
            _fill(tables, name, examples.get(name, []), many)
        pending = [name for name in pending if name not in ready]


def _targets(table: Modelled) -> set[str]:
    return {column.references.split(".")[0] for column in table.columns.values() if column.references is not None}


def _fill(tables: Mapping[str, Modelled], name: str, examples: list[Row], many: int) -> None:
    table = tables[name]
    key = table.keys[0]
    random = random_stream("rows of an API", name)
    for row in examples:
        known = row.get(key) is not None and all(each[key] != row[key] for each in table.rows)
        if known and _is_whole(tables, table, row):
            table.rows.append({column: row.get(column) for column in table.columns})
    taken = {row[key] for row in table.rows}
    number = 0
    while len(table.rows) < many:
        made = {column: _value(tables, column, spec, number, random) for column, spec in table.columns.items()}
        number += 1
        if made[key] not in taken:
            table.rows.append(made)


def _is_whole(tables: Mapping[str, Modelled], table: Modelled, row: Row) -> bool:
    """Whether an example has all that it must, and refers to what is there."""
    for name, spec in table.columns.items():
        value = row.get(name)
        if value is None:
            if not spec.optional:
                return False
        elif spec.references is not None:
            other, target = spec.references.split(".")
            if all(each[target] != value for each in tables[other].rows):
                return False
        elif spec.one_of and value not in spec.one_of:
            return False
    return True


def _value(tables: Mapping[str, Modelled], name: str, spec: ColumnSpec, number: int, random: Random) -> Any:
    if spec.references is not None:
        other, target = spec.references.split(".")
        rows = tables[other].rows
        return rows[random.randrange(len(rows))][target] if rows else None
    if spec.key:
        return _key(spec, number)
    if spec.one_of:
        return spec.one_of[(number + random.randrange(2)) % len(spec.one_of)]
    match spec.type:
        case "integer" | "number":
            return _number(spec, random)
        case "boolean":
            return random.random() < 0.5
        case "date":
            return (FIRST_DAY + timedelta(days=random.randrange(DAYS))).isoformat()
        case "datetime":
            day = FIRST_DAY + timedelta(days=random.randrange(DAYS))
            return f"{day.isoformat()}T{random.randrange(8, 18):02d}:{random.randrange(60):02d}:00"
        case "json":
            return spec.default
        case _:
            return _text(name, number, random)


def _key(spec: ColumnSpec, number: int) -> Any:
    prefix = (spec.generated or "x-{n}").removesuffix("{n}")
    return FIRST_NUMBER + number if spec.type == "integer" else f"{prefix}{FIRST_NUMBER + number}"


def _number(spec: ColumnSpec, random: Random) -> Any:
    low = 10 if spec.min is None else spec.min
    high = low + 990 if spec.max is None else spec.max
    if spec.type == "integer":
        return random.randint(int(low), int(high))
    return round(low + (high - low) * random.random(), 1)


def _text(name: str, number: int, random: Random) -> str:
    person = PEOPLE[number % len(PEOPLE)]
    turn = number // len(PEOPLE)
    if "email" in name or "mail" in name:
        return f"{person.lower().replace(' ', '.')}{turn or ''}@example.com"
    if re.search(r"phone|mobile", name):
        return f"555-{random.randrange(10_000):04d}"
    if re.search(r"city|town|origin|destination|place|location", name):
        return CITIES[random.randrange(len(CITIES))]
    if re.search(r"name$|recipient|sender|owner|person|contact|guest|driver|customer", name):
        return f"{person} {turn + 1}" if turn else person
    return f"{THINGS[random.randrange(len(THINGS))]} {THINGS[number % len(THINGS)]}"
