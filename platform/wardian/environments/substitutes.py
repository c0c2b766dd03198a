"""SQL functions that take the place of SQLite's own: they look at their arguments first, and leave the rest to it.

`date('now')`, and `localtime` or `utc` with the machine's time zone, would make two runs of one episode differ.
`printf('%.*c', 1000000000, 'x')` keeps a processor busy for ten seconds within one step of the virtual machine. Neither
can be told from a harmless call before the query runs, as arguments may come out of a table.
"""

import re
import sqlite3
from collections.abc import Callable, Sequence
from functools import cache

__all__ = ["DATE_FUNCTIONS", "substitute_functions"]

_Value = str | int | float | bytes | None

DATE_FUNCTIONS = ("date", "datetime", "julianday", "strftime", "time", "unixepoch")
_FORMATS = ("format", "printf")
_TRIMS = ("ltrim", "rtrim", "trim")

_MACHINES = frozenset({"now", "localtime", "utc", "subsec", "subsecond"})
_WIDE = re.compile(r"(?<!%)(?:%%)*%[-+ #0,!]*(?:\*|\d{4}|\d*\.(?:\*|\d{4}))")
_TRIMMED = 20
"""Characters to trim; SQLite compares each of them with each character of the text."""


def substitute_functions(connection: sqlite3.Connection) -> None:
    """Replace functions of `connection` for good: SQLite forgets its own once they are replaced.

    Arguments that are refused raise an `OperationalError`.
    """
    for name in DATE_FUNCTIONS:
        _replace(connection, name, -1, _has_machines)
    for name in _FORMATS:
        _replace(connection, name, -1, _is_wide)
    for name in _TRIMS:
        _replace(connection, name, 2, _trims_much)


def _replace(
    connection: sqlite3.Connection, name: str, arguments: int, refuses: Callable[[str, Sequence[_Value]], bool]
) -> None:
    connection.create_function(name, arguments, _checked(name, refuses), deterministic=True)


@cache
def _checked(name: str, refuses: Callable[[str, Sequence[_Value]], bool]) -> Callable[..., _Value]:
    query = f"SELECT {name}({{}})"

    def function(*values: _Value) -> _Value:
        if refuses(name, values):
            raise ValueError(f"{name}() refuses its arguments")
        found = _sqlite().execute(query.format(", ".join("?" * len(values))), values).fetchone()
        result: _Value = found[0]
        return result

    return function


def _has_machines(name: str, values: Sequence[_Value]) -> bool:
    """Whether a date function would look at the machine; without a date it does."""
    moments = values[1:] if name == "strftime" else values
    return not moments or any(_text(value).strip().lower() in _MACHINES for value in moments)


def _is_wide(_: str, values: Sequence[_Value]) -> bool:
    return bool(values) and _WIDE.search(_text(values[0])) is not None


def _trims_much(_: str, values: Sequence[_Value]) -> bool:
    return len(_text(values[1])) > _TRIMMED


def _text(value: _Value) -> str:
    """`value` as SQLite reads it: bytes are text, and a text ends at its first NUL."""
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return text.partition("\0")[0]


@cache
def _sqlite() -> sqlite3.Connection:
    """A database without data, for its functions."""
    return sqlite3.connect(":memory:", check_same_thread=False)
