"""Tools in the SQL of a pack's author."""

from collections.abc import Sequence
from typing import Any

from wardian.environments.declarative.action import Action, Values, is_needed, timed
from wardian.environments.declarative.moment import Moment
from wardian.environments.declarative.statement import Statement
from wardian.environments.declarative.tools import StatementSpec
from wardian.environments.declarative.values import stored
from wardian.environments.tool import ToolError
from wardian.environments.toolbox import Toolbox

__all__ = ["Run"]


class Run(Action):
    """Executes SQL of the pack's author."""

    def __init__(self, spec: StatementSpec) -> None:
        super().__init__(spec)
        self.effect = "write" if spec.run else "read"
        self.arguments = spec.arguments
        self.spare = frozenset(name for name, value in spec.arguments.items() if not is_needed(value))
        self._one = spec.one
        self._run = [Statement.of(text) for text in spec.run]
        self._result = Statement.of(spec.result) if spec.result else None

    @property
    def about(self) -> str:
        """Nothing that anybody could know."""
        return ""

    @property
    def statements(self) -> Sequence[tuple[tuple[str | int, ...], Statement, bool]]:
        """Its conditions, what it writes, and what it shows."""
        writes = [(("run", number), sql, True) for number, sql in enumerate(self._run)]
        result = [] if self._result is None else [(("result",), self._result, False)]
        return [*super().statements, *writes, *result]

    def _act(self, toolbox: Toolbox, values: Values) -> Any:
        given = {name: self._value(toolbox, name, value) for name, value in values.items()}
        self._require(toolbox, given)
        changed = sum(self._execute(toolbox, sql, given) for sql in self._run)
        if self._result is None:
            return {"changed_rows": changed}
        rows = toolbox.state.all(self._result.sql, *self._result.bind(timed(toolbox, given, self._result.names)))
        if not self._one:
            return rows
        if not rows:
            raise ToolError("not_found", "there is no such row")
        return rows[0]

    def _value(self, toolbox: Toolbox, name: str, value: Any) -> Any:
        spec = self.arguments[name]
        return value if value is not None else stored(spec, Moment(toolbox.clock.now()).default(spec))

    @staticmethod
    def _execute(toolbox: Toolbox, sql: Statement, values: Values) -> int:
        return toolbox.state.run(sql.sql, *sql.bind(timed(toolbox, values, sql.names)))
