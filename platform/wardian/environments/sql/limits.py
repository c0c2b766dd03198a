"""How much one statement may cost."""

import sqlite3
from collections.abc import Mapping
from functools import cached_property

from wardian.base.frozen import Frozen

__all__ = ["SqlLimits"]


class SqlLimits(Frozen):
    """Bounds of one statement, none of which is a time: what is too much is too much on every machine.

    Args:
        steps: instructions of SQLite's virtual machine. A row read, compared and counted takes about ten.
        rows: rows of an answer.
        answer_bytes: size of an answer as JSON.
        sql_characters: length of the statement.
        value_bytes: size of any text on the way, and of a row.
        growth_bytes: how much larger than its template the database may become.
        references: how often tables of a `WITH` clause may be mentioned, multiplied: SQLite copies them each time.
    """

    steps: int = 500_000
    rows: int = 100
    answer_bytes: int = 20_000
    sql_characters: int = 8_000
    value_bytes: int = 4_000
    growth_bytes: int = 8_000_000
    references: int = 1_000

    @cached_property
    def categories(self) -> Mapping[int, int]:
        """For `Connection.setlimit`."""
        return {
            sqlite3.SQLITE_LIMIT_ATTACHED: 0,
            sqlite3.SQLITE_LIMIT_COLUMN: 200,
            sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 50,
            sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 100,
            sqlite3.SQLITE_LIMIT_FUNCTION_ARG: 50,
            sqlite3.SQLITE_LIMIT_LENGTH: self.value_bytes,
            sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 50,
            sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 10,
            sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER: 0,
        }
