"""Generated tools that show rows."""

from typing import Any

from wardian.environments.declarative.action import Action, Values, unreferred
from wardian.environments.declarative.table import Table
from wardian.environments.declarative.tools import FindSpec, GetSpec
from wardian.environments.toolbox import Toolbox

__all__ = ["Find", "Get"]


class Get(Action):
    """Shows one row."""

    effect = "read"

    def __init__(self, spec: GetSpec, table: Table) -> None:
        super().__init__(spec, table)
        self._table = table
        self._columns = spec.columns
        self.arguments = {key: unreferred(table.columns[key]) for key in table.keys}

    @property
    def about(self) -> str:
        """What it does."""
        return f"Show one row of {self._table.name}."

    def _act(self, toolbox: Toolbox, values: Values) -> Any:
        row = self._table.row(toolbox.state, values)
        self._require(toolbox, values)
        return self._table.show(row, self._columns)


class Find(Action):
    """Shows the rows that fit."""

    effect = "read"

    def __init__(self, spec: FindSpec, table: Table) -> None:
        super().__init__(spec)
        self._spec = spec
        self._table = table
        named = dict.fromkeys((*spec.by, *spec.contains))
        self.arguments = {name: unreferred(table.columns[name]) for name in named}
        self.spare = frozenset(named) - frozenset(spec.needs)
        self._order = ", ".join(f'"{name}"' for name in dict.fromkeys((*spec.order, *table.keys)))

    @property
    def about(self) -> str:
        """What it does."""
        return f"List the rows of {self._table.name} that fit, {self._spec.limit} at most."

    def _act(self, toolbox: Toolbox, values: Values) -> Any:
        self._require(toolbox, values)
        given = {name: value for name, value in values.items() if value is not None}
        where = " AND ".join(self._fits(name) for name in given) or "1"
        sql = f'SELECT * FROM "{self._table.name}" WHERE {where} ORDER BY {self._order} LIMIT {self._spec.limit}'  # noqa: S608  (names of the pack)
        return [self._table.show(row, self._spec.columns) for row in toolbox.state.all(sql, *given.values())]

    def _fits(self, name: str) -> str:
        return f'instr(lower("{name}"), lower(?)) > 0' if name in self._spec.contains else f'"{name}" = ?'
