"""From the tables of a source to those of a pack: names, types, keys, references, and rows that fit."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from wardian.base.errors import ConfigError
from wardian.building.identifiers import identifier, identifiers
from wardian.building.raw import RawColumn, RawTable
from wardian.environments.declarative.tables import ColumnSpec, TableSpec, ValueType
from wardian.environments.template import SqlValue

__all__ = ["Modelled", "modelled"]

DATE: Final = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")
DATETIME: Final = re.compile(DATE.pattern + r"T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?")
NUMBERED: Final = re.compile(r"([^{}\d]*(?:[^{}]*[^{}\d])?)([1-9]\d*)", re.DOTALL)
CHOICES: Final = 8
TELLING: Final = re.compile(
    r"status|state|type|kind|category|priority|level|role|method|size|colou?r|service|class|tier"
)
SECRET: Final = re.compile(r"passw|secret|token|api_?key|salt$|_hash$|^hash")
"""Columns that no agent should see."""
OWN_KEY: Final = "row_number"
Row = dict[str, Any]


@dataclass
class Modelled:
    """A table of the pack with its rows by column name."""

    columns: dict[str, ColumnSpec]
    rows: list[Row]

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns of the primary key."""
        return tuple(name for name, column in self.columns.items() if column.key)

    def spec(self, file: str) -> TableSpec:
        """As the pack says it, with its rows in `file`."""
        return TableSpec(columns=self.columns, file=file if self.rows else None)


def modelled(tables: Sequence[RawTable]) -> dict[str, Modelled]:
    """All tables by their names in the pack. Rows that refer to what is not there are left out.

    Raises:
        ConfigError: when there is no table with columns.
    """
    useful = [table for table in tables if table.columns]
    if not useful:
        raise ConfigError("there is no table to make a pack of")
    tables_by_name = {table.name: table for table in useful}
    names = identifiers(list(tables_by_name))
    columns = {name: identifiers([each.name for each in table.columns]) for name, table in tables_by_name.items()}
    found = {names[name]: _table(table, names, columns) for name, table in tables_by_name.items()}
    for table in found.values():
        _drop_unknown_targets(table, found)
    while any(_drop_orphans(table, found) for table in found.values()):
        pass  # who refers to a row that is gone now goes as well
    return found


def _table(table: RawTable, names: dict[str, str], columns: dict[str, dict[str, str]]) -> Modelled:
    mine = columns[table.name]
    rows = [{mine[c.name]: value for c, value in zip(table.columns, row, strict=True)} for row in table.rows]
    specs = {mine[c.name]: _column(c, [row[mine[c.name]] for row in rows], names, columns) for c in table.columns}
    rows = [{name: _cell(value, specs[name].type) for name, value in row.items()} for row in rows]
    return _with_key(Modelled(specs, rows))


def _column(
    column: RawColumn, values: Sequence[SqlValue], names: dict[str, str], columns: dict[str, dict[str, str]]
) -> ColumnSpec:
    filled = [value for value in values if value not in (None, "")]
    target = column.references
    known = target is not None and target[0] in names and target[1] in columns[target[0]]
    kind = _type(column.declared.upper(), filled)
    hidden = not column.key and SECRET.search(column.name.lower()) is not None
    return ColumnSpec(
        type=kind,
        key=column.key,
        optional=not column.key and (hidden or len(filled) < len(values) or not values),
        hidden=hidden,
        references=f"{names[target[0]]}.{columns[target[0]][target[1]]}" if target is not None and known else None,
        one_of=() if column.key or known or kind != "text" else _choices(column.name, filled),
    )


def _type(declared: str, values: Sequence[SqlValue]) -> ValueType:
    """By the values; by the declaration, where there are none or they leave a choice."""
    if "BOOL" in declared and set(values) <= {0, 1}:
        return "boolean"
    if values and all(isinstance(value, int) for value in values):
        return "integer"
    if values and all(isinstance(value, int | float) for value in values):
        return "number"
    if values and all(isinstance(value, str) for value in values):
        texts = [str(value) for value in values]
        if all(DATE.fullmatch(text) for text in texts):
            return "date"
        return "datetime" if all(DATETIME.fullmatch(text) for text in texts) else "text"
    if not values and "INT" in declared:
        return "integer"
    return "number" if not values and re.search(r"REAL|FLOA|DOUB|NUMERIC|DECIMAL", declared) else "text"


def _choices(name: str, values: Sequence[SqlValue]) -> tuple[str, ...]:
    """All values of a column that has few: a status, a kind."""
    found = tuple(sorted({str(value) for value in values}))
    few = 2 <= len(found) <= CHOICES and all(len(value) <= 24 and value.strip() == value for value in found)
    often = len(values) >= 4 * len(found) or (TELLING.search(name.lower()) is not None and len(values) > len(found))
    return found if few and often else ()


def _cell(value: SqlValue, kind: ValueType) -> Any:
    if value is None or (value == "" and kind == "text"):
        return None
    if kind == "boolean":
        return bool(value)
    return float(value) if kind == "number" and isinstance(value, int) else str(value) if kind == "text" else value


def _with_key(table: Modelled) -> Modelled:
    """With a key: the one that it has, or a number for each row. New rows get the next number where there is one."""
    keys = table.keys
    seen: set[tuple[Any, ...]] = set()
    rows = [row for row in table.rows if keys and _is_new(tuple(row[key] for key in keys), seen)]
    if not keys or len(rows) < len(table.rows):
        name = identifier(OWN_KEY, table.columns)
        columns = {each: column.model_copy(update={"key": False}) for each, column in table.columns.items()}
        own = ColumnSpec(type="integer", key=True, generated="{n}")
        return Modelled({name: own, **columns}, [{name: n, **row} for n, row in enumerate(table.rows, 1)])
    if len(keys) == 1 and table.columns[keys[0]].references is None:
        generated = _generated(table.columns[keys[0]], [row[keys[0]] for row in rows])
        table.columns[keys[0]] = table.columns[keys[0]].model_copy(update={"generated": generated})
    return table


def _is_new(key: tuple[Any, ...], seen: set[tuple[Any, ...]]) -> bool:
    if None in key or key in seen:
        return False
    seen.add(key)
    return True


def _generated(column: ColumnSpec, values: Sequence[Any]) -> str | None:
    if column.type == "integer":
        return "{n}"
    found = [NUMBERED.fullmatch(value) for value in values] if column.type == "text" else []
    prefixes = {match[1] if match else None for match in found}
    prefix = prefixes.pop() if len(prefixes) == 1 else None
    return None if prefix is None else f"{prefix}{{n}}"


def _drop_unknown_targets(table: Modelled, tables: dict[str, Modelled]) -> None:
    """A reference must lead to a single key of the same type."""
    for name, column in table.columns.items():
        if column.references is not None:
            other, target = column.references.split(".")
            fits = tables[other].keys == (target,) and tables[other].columns[target].type == column.type
            if not fits:
                table.columns[name] = column.model_copy(update={"references": None})


def _drop_orphans(table: Modelled, tables: dict[str, Modelled]) -> bool:
    """Leave out rows that refer to nothing; whether there were any."""
    targets = {
        name: {row[column.references.split(".")[1]] for row in tables[column.references.split(".")[0]].rows}
        for name, column in table.columns.items()
        if column.references is not None
    }
    kept = [
        row for row in table.rows if all(row[name] is None or row[name] in there for name, there in targets.items())
    ]
    dropped = len(kept) < len(table.rows)
    table.rows = kept
    return dropped
