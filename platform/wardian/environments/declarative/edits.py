"""Generated tools that change rows."""

from typing import Any

from wardian.environments.declarative.action import Action, Values, is_needed, unreferred
from wardian.environments.declarative.moment import Moment
from wardian.environments.declarative.table import Table
from wardian.environments.declarative.tables import ColumnSpec
from wardian.environments.declarative.tools import CreateSpec, DeleteSpec, UpdateSpec
from wardian.environments.declarative.values import stored
from wardian.environments.tool import BadArguments, ToolError
from wardian.environments.toolbox import Toolbox

__all__ = ["Create", "Delete", "Update"]


class Create(Action):
    """Adds a row."""

    def __init__(self, spec: CreateSpec, table: Table) -> None:
        super().__init__(spec)
        self._table = table
        free = [name for name, column in table.columns.items() if not (column.generated or column.hidden)]
        self.arguments = {name: table.columns[name] for name in spec.columns or free}
        self.spare = frozenset(name for name, column in self.arguments.items() if not is_needed(column))

    @property
    def about(self) -> str:
        """What it does."""
        return f"Add a row to {self._table.name}."

    def _act(self, toolbox: Toolbox, values: Values) -> Any:
        self._require(toolbox, values)
        row = {name: self._value(toolbox, name, column, values) for name, column in self._table.columns.items()}
        if self._table.find(toolbox.state, row) is not None:
            raise ToolError("conflict", f"there is a row {self._table.key_of(row)} in {self._table.name} already")
        self._table.add(toolbox.state, row)
        return self._table.show(row)

    def _value(self, toolbox: Toolbox, name: str, column: ColumnSpec, values: Values) -> Any:
        if values.get(name) is not None:
            return values[name]
        if column.generated is not None:
            return self._table.next_value(toolbox.state, name)
        if column.default in ("{now}", "{today}"):
            return Moment(toolbox.clock.now()).default(column)
        return stored(column, column.default)


class Update(Action):
    """Changes a row."""

    def __init__(self, spec: UpdateSpec, table: Table) -> None:
        super().__init__(spec, table)
        self._table = table
        free = [name for name, column in table.columns.items() if not (column.key or column.hidden)]
        self._changes = [name for name in spec.columns or free if name not in table.keys]
        keys = {key: unreferred(table.columns[key]) for key in table.keys}
        self.arguments = {**keys, **{name: table.columns[name] for name in self._changes}}
        self.spare = frozenset(self._changes)

    @property
    def about(self) -> str:
        """What it does."""
        return f"Change a row of {self._table.name}; what is left out stays as it is."

    def _act(self, toolbox: Toolbox, values: Values) -> Any:
        row = self._table.row(toolbox.state, values)
        self._require(toolbox, values)
        news = {name: values[name] for name in self._changes if values[name] is not None}
        if not news:
            raise BadArguments(f"give one of {', '.join(self._changes)} at least")
        for name, value in news.items():
            _move(name, self._table.columns[name], row[name], value)
        self._table.change(toolbox.state, values, news)
        return self._table.show({**row, **news})


class Delete(Action):
    """Removes a row."""

    def __init__(self, spec: DeleteSpec, table: Table) -> None:
        super().__init__(spec, table)
        self._table = table
        self.arguments = {key: unreferred(table.columns[key]) for key in table.keys}

    @property
    def about(self) -> str:
        """What it does."""
        return f"Delete a row of {self._table.name}."

    def _act(self, toolbox: Toolbox, values: Values) -> Any:
        row = self._table.row(toolbox.state, values)
        self._require(toolbox, values)
        self._table.remove(toolbox.state, values)
        return self._table.show(row)


def _move(name: str, column: ColumnSpec, old: Any, new: Any) -> None:
    if column.moves is None or str(old) == str(new) or str(new) in column.moves.get(str(old), ()):
        return
    raise ToolError("not_allowed", f"{name} cannot go from {old} to {new}")
