"""SQL with named values, and what it may do."""

import re
import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from wardian.environments.template import SqlValue
from wardian.specs.names import nearest

__all__ = ["Inspector", "Statement"]

_TOKEN = re.compile(
    r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | --[^\n]* | /\*.*?\*/ | :(?P<name>[a-z_][a-z0-9_]*)""",
    re.DOTALL | re.VERBOSE,
)

_CLOCKS = ("date", "time", "datetime", "julianday", "unixepoch", "strftime", "timediff")
_MOMENTS = ("current_timestamp", "current_date", "current_time")
_REST = ("random", "randomblob", "changes", "total_changes", "last_insert_rowid", "load_extension")
_IMPURE = frozenset((*_CLOCKS, *_MOMENTS, *_REST))
"""What depends on more than the world: chance, the host's clock, the connection."""

_WRITES = {sqlite3.SQLITE_INSERT: "adds to", sqlite3.SQLITE_UPDATE: "changes", sqlite3.SQLITE_DELETE: "deletes from"}


@dataclass(frozen=True)
class Statement:
    """SQL with `?` in the places of `:name`, and the names in their order."""

    sql: str
    names: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> "Statement":
        """Read SQL; what stands in quotes or comments stays as it is."""
        names: list[str] = []

        def taken(found: re.Match[str]) -> str:
            if found["name"] is None:
                return found[0]
            names.append(found["name"])
            return "?"

        return cls(_TOKEN.sub(taken, text), tuple(names))

    def bind(self, values: Mapping[str, SqlValue]) -> tuple[SqlValue, ...]:
        """The values in the order in which the SQL wants them."""
        return tuple(values[name] for name in self.names)


class Inspector:
    """Finds out what SQL would do, without doing it.

    Args:
        connection: with the tables of the world, and no others of its own.
        tables: their names.
    """

    def __init__(self, connection: sqlite3.Connection, tables: Collection[str]) -> None:
        self._connection = connection
        self._tables = tables
        self._writing = False
        self._objection = ""
        self._seen: set[int] = set()
        connection.set_authorizer(self._authorize)

    def objection(self, statement: Statement, known: Collection[str], *, writing: bool = False) -> str:
        """In a line, why `statement` cannot be used; empty when it can. Without `writing` it may only read.

        Args:
            statement: the SQL.
            known: names of the values that it may use.
            writing: whether it may write, and then does nothing else.
        """
        for name in statement.names:
            if name not in known:
                return f"there is no value ':{name}'; {nearest(name, known)}"
        self._writing, self._objection, self._seen = writing, "", set()
        try:
            self._connection.execute(f"EXPLAIN {statement.sql}", (None,) * len(statement.names))
        except (sqlite3.Error, sqlite3.Warning) as error:
            return self._objection or f"SQLite says: {error}"
        return self._objection or ("" if self._does_its_part else self._only)

    @property
    def _does_its_part(self) -> bool:
        """Some statements, such as VACUUM, ask for no permission."""
        return bool(self._seen & set(_WRITES)) if self._writing else sqlite3.SQLITE_SELECT in self._seen

    @property
    def _only(self) -> str:
        return "only INSERT, UPDATE and DELETE are allowed" if self._writing else "only a SELECT is allowed"

    def _authorize(self, action: int, one: str | None, two: str | None, *_: str | None) -> int:
        self._seen.add(action)
        self._objection = self._objection or self._objects(action, one or "", two or "")
        return sqlite3.SQLITE_DENY if self._objection else sqlite3.SQLITE_OK

    def _objects(self, action: int, one: str, two: str) -> str:
        if action == sqlite3.SQLITE_SELECT:
            return ""
        if action == sqlite3.SQLITE_FUNCTION:
            impure = two.lower() in _IMPURE or two.lower().startswith("sqlite_")
            return f"{two}() depends on more than the world; there are :now, :today and add_days()" if impure else ""
        if action == sqlite3.SQLITE_READ or (action in _WRITES and self._writing):
            return "" if one in self._tables else f"there is no table '{one}'; {nearest(one, self._tables)}"
        if action in _WRITES:
            return f"it {_WRITES[action]} '{one}', and may only read"
        return self._only
