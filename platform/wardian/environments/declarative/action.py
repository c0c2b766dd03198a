"""What tools of a declarative world do; each is made once for all episodes."""

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Literal

import orjson

from wardian.environments.declarative.moment import Moment
from wardian.environments.declarative.statement import Statement
from wardian.environments.declarative.table import Table
from wardian.environments.declarative.tables import ValueSpec
from wardian.environments.declarative.tools import BaseToolSpec
from wardian.environments.declarative.values import stored
from wardian.environments.tool import BadArguments, ToolError
from wardian.environments.toolbox import Toolbox

__all__ = ["Action", "Values", "is_needed", "timed", "unreferred"]

Values = Mapping[str, Any]
"""Arguments by name, as the database has them; None for what was not given."""


class Action(ABC):
    """One tool.

    `arguments` are its arguments by name. Of those in `spare`, each may be left out.
    """

    effect: Literal["read", "write"] = "write"
    arguments: Mapping[str, ValueSpec]
    spare: frozenset[str] = frozenset()

    def __init__(self, spec: BaseToolSpec, row_of: Table | None = None) -> None:
        """`row_of` is the table of whose row its conditions speak."""
        self._guards = [(guard, _condition(guard.that, row_of)) for guard in spec.require]

    @property
    @abstractmethod
    def about(self) -> str:
        """What it does, for an agent, where the author says nothing."""

    @property
    def statements(self) -> Sequence[tuple[tuple[str | int, ...], Statement, bool]]:
        """The author's SQL: where it stands in the tool, what it is, whether it may write."""
        return [(("require", number, "that"), sql, False) for number, (_, sql) in enumerate(self._guards)]

    def run(self, toolbox: Toolbox, given: Mapping[str, Any]) -> Any:
        """Do it.

        Raises:
            ToolError: when the world does not allow it.
        """
        try:
            values = {name: stored(spec, given[name]) for name, spec in self.arguments.items()}
        except orjson.JSONEncodeError as error:
            raise BadArguments(f"it cannot be kept: {error}") from error
        self._refer(toolbox, values)
        with _Constraints():
            return self._act(toolbox, values)

    @abstractmethod
    def _act(self, toolbox: Toolbox, values: Values) -> Any:
        """Do it, with arguments that refer to something."""

    def _refer(self, toolbox: Toolbox, values: Values) -> None:
        for name, spec in self.arguments.items():
            if spec.references is None or values[name] is None:
                continue
            parent, _, column = spec.references.partition(".")
            if toolbox.state.one(f'SELECT 1 FROM "{parent}" WHERE "{column}" = ?', values[name]) is None:  # noqa: S608  (names of the pack)
                raise ToolError("not_found", f"{name}: there is no {column} {values[name]!r} in {parent}")

    def _require(self, toolbox: Toolbox, values: Values) -> None:
        """Try the conditions; a tool does so when it knows that its row is there."""
        for guard, sql in self._guards:
            if toolbox.state.one(sql.sql, *sql.bind(timed(toolbox, values, sql.names))) is None:
                raise ToolError(guard.code, guard.message)


def timed(toolbox: Toolbox, values: Values, names: Sequence[str]) -> Values:
    """`values` and the time, for SQL that uses these names."""
    if "now" in names or "today" in names:
        return {**values, **Moment(toolbox.clock.now()).values}
    return values


def _condition(that: str, row_of: Table | None) -> Statement:
    if row_of is None:
        return Statement.of(f"SELECT 1 WHERE ({that}\n)")
    return Statement.of(f'SELECT 1 FROM "{row_of.name}" WHERE {row_of.where} AND ({that}\n)')  # noqa: S608  (SQL of the pack)


class _Constraints:
    """Turns what SQLite forbids into the tool's refusal."""

    def __enter__(self) -> None:
        return

    def __exit__(self, kind: object, error: BaseException | None, trace: TracebackType | None) -> None:
        if not isinstance(error, sqlite3.IntegrityError):
            return
        said = str(error)
        if said.startswith("CHECK"):
            raise ToolError(
                "not_allowed", f"{said.rpartition(' ')[2]} would have a value that is not allowed"
            ) from error
        if said.startswith("FOREIGN"):
            raise ToolError("conflict", "other rows refer to it, or it refers to none") from error
        raise ToolError("conflict", said) from error


def unreferred(spec: ValueSpec) -> ValueSpec:
    """What to look for: something that is not there is no mistake of the call."""
    return ValueSpec(**{name: getattr(spec, name) for name in ValueSpec.model_fields if name != "references"})


def is_needed(spec: ValueSpec) -> bool:
    """Whether a value must be given."""
    return not spec.optional and spec.default is None
