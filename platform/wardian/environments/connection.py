"""A world's connection: SQLite's own, with a place for somebody who judges statements."""

import sqlite3
from collections.abc import Callable

__all__ = ["Judge", "WorldConnection"]

Judge = Callable[[int, str | None, str | None, str | None, str | None], int]
"""What `sqlite3.Connection.set_authorizer` takes."""


class WorldConnection(sqlite3.Connection):
    """Statements that are prepared while there is a `judge` are judged; others are not."""

    judge: Judge | None = None
    _asks = False

    def ask(self) -> None:
        """From now on, ask the `judge`. The authorizer is set once and stays: all statements expire by setting it."""
        if not self._asks:
            self._asks = True
            self.set_authorizer(self._decide)

    def _decide(self, action: int, one: str | None, two: str | None, base: str | None, context: str | None) -> int:
        return sqlite3.SQLITE_OK if self.judge is None else self.judge(action, one, two, base, context)
