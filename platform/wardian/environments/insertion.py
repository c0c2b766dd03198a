"""Rows as SQL: what sets a task's world up."""

from collections.abc import Mapping

from wardian.environments.template import SqlValue

__all__ = ["insertion"]


def insertion(table: str, row: Mapping[str, SqlValue]) -> tuple[str, tuple[SqlValue, ...]]:
    """A statement with its values that inserts `row`: one of `Scenario.setup`."""
    marks = ", ".join("?" * len(row))
    return f"INSERT INTO {table}({', '.join(row)}) VALUES ({marks})", tuple(row.values())  # noqa: S608  (names from the pack's code)
