"""From SQLite's errors to typed observations that help."""

import re
import sqlite3
from collections.abc import Iterable, Mapping

from wardian.environments.tool import ToolError
from wardian.specs.names import nearest

__all__ = ["ERRORS", "refusal_of"]

ERRORS = (sqlite3.Error, sqlite3.Warning, ValueError)
"""What a statement may raise; the last of them for texts that no statement can be, with a NUL say."""

_TOO_LARGE = re.compile(
    r"too (?:large|big|many|complex|deep)|at most|is full|stack overflow|maximum depth", re.IGNORECASE
)
_UNKNOWN = re.compile(
    r"no such (?P<kind>table|column|function): (?:main\.)?(?P<name>.+)|(?:has )?no column named (?P<named>.+)"
)
_FORBIDDEN = re.compile(r"may not be modified|cannot modify")
_REFUSED = "user-defined function raised exception"
_BY_ARGUMENTS = (
    "a function refuses its arguments: date functions need a date and know neither 'now' nor 'localtime' nor 'utc', "
    "printf() takes no * and no width over 999, trim() at most 20 characters"
)


def refusal_of(error: Exception, tables: Mapping[str, Iterable[str]]) -> ToolError:
    """What the agent is told.

    Args:
        error: one of `ERRORS`.
        tables: the columns that the agent may read, by table.
    """
    message = str(error)
    if isinstance(error, sqlite3.IntegrityError):
        return ToolError("conflict", message)
    if "one statement at a time" in message:
        return ToolError("not_allowed", "send one statement at a time")
    if _REFUSED in message:
        return ToolError("not_allowed", _BY_ARGUMENTS)
    if _FORBIDDEN.search(message):
        return ToolError("not_allowed", message)
    if _TOO_LARGE.search(message):
        return ToolError("too_large", message)
    return ToolError("sql_error", message + _hint(message, tables))


def _hint(message: str, tables: Mapping[str, Iterable[str]]) -> str:
    found = _UNKNOWN.fullmatch(message.removeprefix("table ").partition(" has ")[2] or message)
    if found is None or found["kind"] == "function":
        return ""
    name = (found["name"] or found["named"]).rpartition(".")[2]
    if found["kind"] == "table":
        return f"; {nearest(name, tables)}"
    return f"; {nearest(name, {column for columns in tables.values() for column in columns})}"
