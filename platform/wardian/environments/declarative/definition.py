"""The tables of a declarative world in SQL, and whether they make sense."""

import sqlite3
from collections.abc import Iterator, Mapping

from wardian.environments.declarative.moment import Moment
from wardian.environments.declarative.tables import ColumnSpec, TableSpec, ValueSpec
from wardian.environments.declarative.values import opening_value
from wardian.environments.sql_functions import define_functions
from wardian.specs.document import Document
from wardian.specs.names import nearest

__all__ = ["check_tables", "definition", "scratch", "value_objections"]

RESERVED = frozenset({"clock"})
"""Tables that every world has."""


def definition(tables: Mapping[str, TableSpec]) -> str:
    """The `CREATE TABLE` statements."""
    return "\n".join(_create(name, table) for name, table in tables.items())


def _create(name: str, table: TableSpec) -> str:
    columns = [_column(column, spec) for column, spec in table.columns.items()]
    key = ", ".join(f'"{column}"' for column in table.keys)
    return f'CREATE TABLE "{name}"({", ".join([*columns, f"PRIMARY KEY ({key})"])});'


def _column(name: str, spec: ColumnSpec) -> str:
    kind = {"integer": "INTEGER", "boolean": "INTEGER", "number": "REAL"}.get(spec.type, "TEXT")
    parts = [f'"{name}" {kind}', "" if spec.optional else "NOT NULL"]
    if spec.references is not None:
        parent, _, key = spec.references.partition(".")
        parts.append(f'REFERENCES "{parent}"("{key}")')
    limits = [f'"{name}" {sign} {limit!r}' for sign, limit in ((">=", spec.min), ("<=", spec.max)) if limit is not None]
    if spec.one_of:
        limits.append(f'"{name}" IN ({", ".join(map(_literal, spec.one_of))})')
    parts += [f'CONSTRAINT "{name}" CHECK ({limit})' for limit in limits]
    return " ".join(filter(None, parts))


def _literal(value: str | int) -> str:
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


def scratch(tables: Mapping[str, TableSpec]) -> sqlite3.Connection:
    """A database with the tables and no rows, to try SQL on; it looks at each statement anew."""
    connection = sqlite3.connect(":memory:", isolation_level=None, cached_statements=0)
    define_functions(connection)
    connection.executescript(definition(tables))
    return connection


def check_tables(document: Document, tables: Mapping[str, TableSpec], moment: Moment) -> None:
    """Note what is wrong with the tables of `document` themselves."""
    for name, table in tables.items():
        if name in RESERVED or name.startswith("sqlite_"):
            document.complain(("tables", name), "the name is taken")
        if not table.keys:
            document.complain(("tables", name, "columns"), "no column has `key: true`: rows could not be told apart")
        for column, spec in table.columns.items():
            for key, text in _objections(spec, tables, moment):
                document.complain(("tables", name, "columns", column, key), text)


def value_objections(spec: ValueSpec, moment: Moment) -> Iterator[tuple[str, str]]:
    """Keys of a column or an argument, and what is wrong with them, whatever the tables are."""
    if spec.one_of and spec.type not in ("text", "integer"):
        yield "one_of", f"belongs to text and whole numbers, not to {spec.type}"
    elif any(isinstance(value, str) != (spec.type == "text") for value in spec.one_of):
        yield "one_of", f"every value must be {'text' if spec.type == 'text' else 'a whole number'}"
    for key in ("min", "max"):
        if getattr(spec, key) is not None and spec.type not in ("integer", "number"):
            yield key, f"belongs to numbers, not to {spec.type}"
    if spec.default is not None:
        try:
            opening_value(spec, moment.default(spec))
        except ValueError as error:
            yield "default", str(error)


def _objections(spec: ColumnSpec, tables: Mapping[str, TableSpec], moment: Moment) -> Iterator[tuple[str, str]]:
    yield from value_objections(spec, moment)
    if spec.key and spec.optional:
        yield "optional", "a column of the primary key is never empty"
    if spec.references is not None and (text := _no_parent(spec.references, tables)):
        yield "references", text
    if spec.generated is not None and spec.type not in ("text", "integer"):
        yield "generated", f"only text and whole numbers are generated, not {spec.type}"
    if spec.generated not in (None, "{n}") and spec.type == "integer":
        yield "generated", "the column is a whole number: '{n}'"
    yield from _bad_moves(spec)


def _no_parent(path: str, tables: Mapping[str, TableSpec]) -> str:
    parent, _, column = path.partition(".")
    if parent not in tables:
        return f"there is no table '{parent}'; {nearest(parent, tables)}"
    if column not in tables[parent].columns:
        return f"there is no column '{column}' in {parent}; {nearest(column, tables[parent].columns)}"
    return "" if tables[parent].keys == (column,) else f"{path} is not the primary key of {parent}"


def _bad_moves(spec: ColumnSpec) -> Iterator[tuple[str, str]]:
    if spec.moves is None:
        return
    if not spec.one_of:
        yield "moves", "needs `one_of`"
    named = [*spec.moves, *(value for values in spec.moves.values() for value in values)]
    known = [str(value) for value in spec.one_of]
    for value in named:
        if value not in known:
            yield "moves", f"there is no value '{value}'; {nearest(value, known)}"
