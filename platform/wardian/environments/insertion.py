"""Rows as SQL: what sets a task's world up, and what arrives in it later."""

from collections.abc import Mapping

from wardian.environments.template import SqlValue

__all__ = ["inserted", "insertion"]


def insertion(table: str, row: Mapping[str, SqlValue]) -> tuple[str, tuple[SqlValue, ...]]:
    """A statement with its values that inserts `row`: one of `Scenario.setup`."""
    marks = ", ".join("?" * len(row))
    return f"INSERT INTO {table}({', '.join(row)}) VALUES ({marks})", tuple(row.values())  # noqa: S608  (names from the pack's code)


def inserted(table: str, row: Mapping[str, SqlValue]) -> str:
    """A statement without values that inserts `row`: one of a `Mutation`."""
    values = ", ".join(map(_literal, row.values()))
    return f"INSERT INTO {table}({', '.join(row)}) VALUES ({values})"  # noqa: S608  (see above)


def _literal(value: SqlValue) -> str:
    if value is None:
        return "NULL"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else repr(value)
