"""What is wrong with a tool of a `world.yaml`, as far as its keys show it."""

from collections.abc import Iterator, Mapping

from wardian.environments.declarative.action import is_needed
from wardian.environments.declarative.definition import value_objections
from wardian.environments.declarative.moment import Moment
from wardian.environments.declarative.tables import TableSpec
from wardian.environments.declarative.tools import CreateSpec, FindSpec, StatementSpec, ToolSpec, UpdateSpec
from wardian.specs.names import nearest
from wardian.specs.places import KeyPath

__all__ = ["objections"]

Objections = Iterator[tuple[KeyPath, str]]


def objections(spec: ToolSpec, tables: Mapping[str, TableSpec], moment: Moment) -> Objections:
    """Where in the tool something is wrong, and what."""
    if isinstance(spec, StatementSpec):
        yield from _of_statement(spec, tables, moment)
    elif spec.table not in tables:
        yield ("table",), f"there is no '{spec.table}'; {nearest(spec.table, tables)}"
    else:
        yield from _of_columns(spec, tables[spec.table])
        yield from _of_kind(spec, tables[spec.table])


def _of_statement(spec: StatementSpec, tables: Mapping[str, TableSpec], moment: Moment) -> Objections:
    if not spec.run and not spec.result:
        yield (), "a statement has `run`, or a `result`, or both"
    known = [f"{table}.{column}" for table, its in tables.items() for column in its.columns]
    for argument, value in spec.arguments.items():
        for key, text in value_objections(value, moment):
            yield ("arguments", argument, key), text
        if value.references is not None and value.references not in known:
            text = f"there is no '{value.references}'; {nearest(value.references, known)}"
            yield ("arguments", argument, "references"), text


def _of_columns(spec: ToolSpec, table: TableSpec) -> Objections:
    for key in ("columns", "by", "contains", "order"):
        for number, column in enumerate(getattr(spec, key, ())):
            if column not in table.shown:
                yield (key, number), f"there is no column '{column}' to be seen; {nearest(column, table.shown)}"


def _of_kind(spec: ToolSpec, table: TableSpec) -> Objections:
    if isinstance(spec, FindSpec):
        given = (*spec.by, *spec.contains)
        for number, column in enumerate(spec.needs):
            if column not in given:
                text = f"'{column}' is neither in `by` nor in `contains`; {nearest(column, given)}"
                yield ("needs", number), text
    if isinstance(spec, UpdateSpec):
        for number, column in enumerate(spec.columns):
            if column in table.keys:
                yield ("columns", number), f"'{column}' belongs to the primary key, which stays as it is"
    if isinstance(spec, CreateSpec) and (lacking := _lacking(spec, table)):
        yield (), f"a new row needs '{lacking}', which cannot be given, has no default and is not generated"


def _lacking(spec: CreateSpec, table: TableSpec) -> str:
    """A column that a new row would not have; empty when it has all."""
    given = spec.columns or [name for name in table.shown if not table.columns[name].generated]
    needed = [name for name, column in table.columns.items() if is_needed(column) and not column.generated]
    return next((name for name in needed if name not in given), "")
