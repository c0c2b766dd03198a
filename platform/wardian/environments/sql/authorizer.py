"""SQLite asks, for all that a statement would do, whether it may; this is who answers."""

import sqlite3
from collections.abc import Callable, Collection, Iterable

from wardian.environments.changelog import LOG_TABLE
from wardian.environments.sql.functions import JSON_FUNCTIONS, PURE_FUNCTIONS
from wardian.environments.sql.rights import Rights, Verb
from wardian.specs.names import nearest

__all__ = ["Authorizer"]

_VERBS: dict[str, Verb] = {"INSERT": "insert", "UPDATE": "update", "DELETE": "delete"}
_NOTHING_ELSE = "only SELECT, INSERT, UPDATE and DELETE are possible here, one statement at a time"
_TRANSACTIONS = "every statement happens as a whole or not at all; there are no transactions or savepoints here"


class Authorizer:
    """The callback for `set_authorizer`; `refusal` says what it said no to first.

    Args:
        rights: what the agent may do.
        tables: all tables of the world. Their log's triggers are the one thing that may do what the agent may not.
    """

    def __init__(self, rights: Rights, tables: Iterable[str]) -> None:
        self.refusal: str | None = None
        self.writing = False
        self.local: Collection[str] = ()
        """Tables that the statement defines itself, in small letters."""
        self.triggers = {f"_{table}_{event}": (table, verb) for table in tables for event, verb in _VERBS.items()}
        self._real = {table.lower() for table in (*tables, LOG_TABLE)}
        self._rights = {table.lower(): allowed for table, allowed in rights.items()}
        self._answers: dict[int, Callable[[str, str], str | None]] = {
            sqlite3.SQLITE_SELECT: lambda *_: None,
            sqlite3.SQLITE_RECURSIVE: lambda *_: None,
            sqlite3.SQLITE_READ: self._read,
            sqlite3.SQLITE_FUNCTION: lambda _, name: self._function(name),
            sqlite3.SQLITE_INSERT: lambda table, _: self._write(table, "insert"),
            sqlite3.SQLITE_DELETE: lambda table, _: self._write(table, "delete"),
            sqlite3.SQLITE_UPDATE: self._update,
            sqlite3.SQLITE_TRANSACTION: lambda *_: _TRANSACTIONS,
            sqlite3.SQLITE_SAVEPOINT: lambda *_: _TRANSACTIONS,
        }

    def __call__(self, action: int, one: str | None, two: str | None, base: str | None, context: str | None) -> int:
        """Whether `action` may be: see https://sqlite.org/c3ref/c_alter_table.html for what comes with which."""
        if context in self.triggers and self._logs(action, one, two):
            no = self._write(*self.triggers[context])
        else:
            answer = self._answers.get(action)
            no = _NOTHING_ELSE if answer is None else answer(one or "", two or "")
        if no is None:
            return sqlite3.SQLITE_OK
        self.refusal = self.refusal or no
        return sqlite3.SQLITE_DENY

    def _logs(self, action: int, one: str | None, two: str | None) -> bool:
        """Whether this is what a trigger of the change log does. An agent that says its name was refused before."""
        match action:
            case sqlite3.SQLITE_INSERT:
                return one == LOG_TABLE
            case sqlite3.SQLITE_FUNCTION:
                return two == "json_object"
            case _:
                return action == sqlite3.SQLITE_READ

    def _read(self, table: str, column: str) -> str | None:
        rights = self._rights.get(table.lower())
        if rights is None:
            own = not column and table.lower() in self.local and not self._is_there(table.lower())
            return None if own else self._unknown(table)
        return f"column {table}.{column} cannot be read here" if column in rights.hidden else None

    def _is_there(self, table: str) -> bool:
        """Whether a query may mean something else by `table` than what it has defined."""
        return table in self._real or table.startswith("sqlite_")

    def _write(self, table: str, verb: Verb) -> str | None:
        rights = self._rights.get(table.lower())
        if rights is None:
            return self._unknown(table)
        if verb not in rights.writes:
            return f"rows of {table} cannot be {verb.rstrip('e')}ed here"
        return None if self.writing else "this tool only reads"

    def _update(self, table: str, column: str) -> str | None:
        no = self._write(table, "update")
        rights = self._rights.get(table.lower())
        if no is None and rights is not None and column in rights.hidden | rights.fixed:
            return f"column {table}.{column} cannot be changed here"
        return no

    def _function(self, name: str) -> str | None:
        if name not in PURE_FUNCTIONS:
            return f"the function {name}() is not available: its result would not depend on the data alone"
        if self.writing and name in JSON_FUNCTIONS:
            return f"the function {name}() is not available in a statement that writes"
        return None

    def _unknown(self, table: str) -> str:
        return f"there is no table {table} for you; {nearest(table, self._rights)}"
