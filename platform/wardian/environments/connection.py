"""A world's connection: SQLite's own, with a place for somebody who judges statements."""

import sqlite3
from collections.abc import Callable

__all__ = ["Judge", "WorldConnection"]

Judge = Callable[[int, str | None, str | None, str | None, str | None], int]
"""What `sqlite3.Connection.set_authorizer` takes."""


class WorldConnection(sqlite3.Connection):
    """Statements that are prepared while there is a `judge` are judged; others are not.

    The authorizer is set once and stays. Setting one makes all prepared statements of a connection expire, and an
    expired one over a virtual table (`json_each`, say) crashes SQLite 3.40 when the database was replaced in between.
    """

    judge: Judge | None = None
    _asks = False

    def ask(self) -> None:
        """From now on, ask the `judge`. Call it before the first statement."""
        if not self._asks:
            self._asks = True
            self.set_authorizer(self._decide)

    def _decide(self, action: int, one: str | None, two: str | None, base: str | None, context: str | None) -> int:
        return sqlite3.SQLITE_OK if self.judge is None else self.judge(action, one, two, base, context)
