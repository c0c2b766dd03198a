"""A table as the generated tools work on it."""

from collections.abc import Mapping, Sequence
from typing import Any

from wardian.environments.declarative.tables import ColumnSpec, TableSpec
from wardian.environments.declarative.values import shown
from wardian.environments.state import Row, State
from wardian.environments.tool import ToolError

__all__ = ["Table"]


class Table:
    """A table with the SQL for one of its rows."""

    def __init__(self, name: str, spec: TableSpec) -> None:
        self.name = name
        self.columns: Mapping[str, ColumnSpec] = spec.columns
        self.keys = spec.keys
        self.shown = spec.shown
        self.where = " AND ".join(f'"{key}" = :{key}' for key in self.keys)
        self._row = f'SELECT * FROM "{name}" WHERE ' + " AND ".join(f'"{key}" = ?' for key in self.keys)  # noqa: S608  (names of the pack)

    def find(self, state: State, values: Mapping[str, Any]) -> Row | None:
        """The row whose primary key `values` hold."""
        return state.one(self._row, *(values[key] for key in self.keys))

    def row(self, state: State, values: Mapping[str, Any]) -> Row:
        """The same.

        Raises:
            ToolError: not_found.
        """
        found = self.find(state, values)
        if found is None:
            raise ToolError("not_found", f"there is no row {self.key_of(values)} in {self.name}")
        return found

    def key_of(self, values: Mapping[str, Any]) -> str:
        """The primary key, for people."""
        return "|".join(str(values[key]) for key in self.keys)

    def show(self, row: Row, columns: Sequence[str] = ()) -> Row:
        """What an agent sees of a row: `columns`, or all that is not hidden."""
        return {name: shown(self.columns[name], row[name]) for name in columns or self.shown}

    def add(self, state: State, row: Mapping[str, Any]) -> None:
        """Insert a row."""
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" * len(row))
        state.run(f'INSERT INTO "{self.name}" ({names}) VALUES ({marks})', *row.values())  # noqa: S608  (see above)

    def change(self, state: State, keys: Mapping[str, Any], news: Mapping[str, Any]) -> None:
        """Update the row with these keys."""
        assigned = ", ".join(f'"{name}" = ?' for name in news)
        where = " AND ".join(f'"{key}" = ?' for key in self.keys)
        values = (*news.values(), *(keys[key] for key in self.keys))
        state.run(f'UPDATE "{self.name}" SET {assigned} WHERE {where}', *values)  # noqa: S608  (see above)

    def remove(self, state: State, keys: Mapping[str, Any]) -> None:
        """Delete the row with these keys."""
        where = " AND ".join(f'"{key}" = ?' for key in self.keys)
        state.run(f'DELETE FROM "{self.name}" WHERE {where}', *(keys[key] for key in self.keys))  # noqa: S608  (see above)

    def next_value(self, state: State, column: str) -> str | int:
        """The value that a new row gets in a generated column."""
        prefix = (self.columns[column].generated or "").removesuffix("{n}")
        if self.columns[column].type == "integer":
            row = state.one(f'SELECT max("{column}") AS n FROM "{self.name}"')  # noqa: S608  (see above)
            return 1 + ((row and row["n"]) or 0)
        return f"{prefix}{state.next_number(self.name, column, prefix)}"
