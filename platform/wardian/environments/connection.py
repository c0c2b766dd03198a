"""A world's connection: SQLite's own, with a place for somebody who judges statements."""

import sqlite3
from collections.abc import Callable

__all__ = ["Judge", "WorldConnection", "is_virtual"]

Judge = Callable[[int, str | None, str | None, str | None, str | None], int]
"""What `sqlite3.Connection.set_authorizer` takes."""

_VIRTUAL = frozenset({"dbstat", "json_each", "json_tree", "sqlite_stmt"})


def is_virtual(table: str) -> bool:
    """Whether `table` (small letters) is there without having been created."""
    return table in _VIRTUAL or table.startswith("pragma_")


class WorldConnection(sqlite3.Connection):
    """Statements that are prepared while there is a `judge` are judged.

    SQLite 3.40 crashes when a prepared statement over a virtual table (`json_each`, `pragma_table_info`) is used or
    dropped after the database was replaced, as every episode does. Where many statements come and go, that happens:
    so nobody reads virtual tables of a connection that asks.
    """

    judge: Judge | None = None
    _asks = False

    def ask(self) -> None:
        """From now on, ask the `judge`. The authorizer is set once and stays: all statements expire by that."""
        if not self._asks:
            self._asks = True
            self.set_authorizer(self._decide)

    def _decide(self, action: int, one: str | None, two: str | None, base: str | None, context: str | None) -> int:
        if self.judge is not None:
            return self.judge(action, one, two, base, context)
        virtual = action == sqlite3.SQLITE_READ and is_virtual((one or "").lower())
        return sqlite3.SQLITE_DENY if virtual else sqlite3.SQLITE_OK
