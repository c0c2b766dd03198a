"""Tables out of an SQL dump: it is executed in a database in memory that can do nothing but hold tables.

Dumps of SQLite are taken as they are; of those of PostgreSQL (`pg_dump`, with COPY or INSERT) and MySQL, what SQLite
has no word for is left out.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Final

from wardian.base.data_file import read_data
from wardian.base.errors import ConfigError
from wardian.building.raw import RawTable
from wardian.building.sql_dialects import is_mysql, translated
from wardian.building.sqlite_source import tables_of

__all__ = ["read_dump"]

MOST_BYTES: Final = 64 * 1024 * 1024
STEPS: Final = 50_000_000
"""Of SQLite's machine, for one statement."""
EVERY: Final = 100_000
LONGEST: Final = 16 * 1024 * 1024
"""Bytes of a value, and of a statement."""
ALLOWED: Final = {
    sqlite3.SQLITE_CREATE_TABLE,
    sqlite3.SQLITE_CREATE_INDEX,
    sqlite3.SQLITE_INSERT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_TRANSACTION,
    sqlite3.SQLITE_UPDATE,
    sqlite3.SQLITE_DELETE,
    sqlite3.SQLITE_REINDEX,
    sqlite3.SQLITE_RECURSIVE,
}
WANTED: Final = re.compile(r"(CREATE\s+TABLE|INSERT|REPLACE)\b", re.IGNORECASE)
COPY: Final = re.compile(r"COPY\s+(?:public\.)?([\w.\"]+)\s*\(([^)]*)\)\s+FROM\s+stdin;", re.IGNORECASE)
CONSTRAINT: Final = re.compile(
    r"ALTER\s+TABLE\s+(?:ONLY\s+)?([\w.\"]+)\s+ADD\s+CONSTRAINT\s+\S+\s+"
    r"(?:PRIMARY\s+KEY\s*\((?P<key>[^)]*)\)|FOREIGN\s+KEY\s*\((?P<from>[^)]*)\)\s*REFERENCES\s+(?P<table>[\w.\"]+)\s*\((?P<to>[^)]*)\))",
    re.IGNORECASE,
)


def read_dump(path: Path) -> list[RawTable]:
    """The tables that a dump makes.

    Raises:
        ConfigError: when it makes none, or is too large.
    """
    text = read_data(path, MOST_BYTES, "dump fewer rows").decode("utf-8", errors="replace").replace("\r\n", "\n")
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST)
        connection.set_authorizer(_authorize)
        constraints = [found for statement in _statements(text) if (found := _execute(path, connection, statement))]
        connection.set_authorizer(None)
        tables = tables_of(connection)
    if not tables:
        raise ConfigError(f"{path}: creates no table that SQLite understands")
    return [_constrained(table, constraints) for table in tables]


def _authorize(action: int, first: str | None, *_: str | None) -> int:
    if action == sqlite3.SQLITE_FUNCTION or action in ALLOWED:
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def _execute(path: Path, connection: sqlite3.Connection, statement: str) -> "re.Match[str] | None":
    """Execute what fills tables; a constraint that comes after its table is given back."""
    if copied := COPY.match(statement):
        _copy(path, connection, copied, statement)
    elif WANTED.match(statement):
        _run(path, connection, statement, ())
    return CONSTRAINT.match(statement)


def _run(path: Path, connection: sqlite3.Connection, statement: str, values: tuple[str | None, ...]) -> None:
    left = [STEPS // EVERY]

    def is_over() -> int:
        left[0] -= 1
        return int(left[0] < 0)

    connection.set_progress_handler(is_over, EVERY)
    try:
        connection.execute(statement, values)
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise ConfigError(f"{path}: {error}: {' '.join(statement.split())[:80]}") from error


def _copy(path: Path, connection: sqlite3.Connection, found: "re.Match[str]", block: str) -> None:
    """The rows of a COPY block: a line each, tabs between the values."""
    marks = ", ".join("?" * len(found[2].split(",")))
    insert = f"INSERT INTO {found[1]} ({found[2]}) VALUES ({marks})"  # noqa: S608  (the authorizer watches)
    for line in block[found.end() :].strip("\n").split("\n"):
        if line and line != "\\.":
            values = tuple(None if value == "\\N" else _unescaped(value) for value in line.split("\t"))
            _run(path, connection, insert, values)


def _unescaped(value: str) -> str:
    return re.sub(r"\\(.)", lambda found: {"t": "\t", "n": "\n", "r": "\r"}.get(found[1], found[1]), value)


def _statements(text: str) -> Iterator[str]:
    """The statements, and COPY with its lines as one."""
    mysql = is_mysql(text)
    pending, copying = "", False
    for line in text.splitlines(keepends=True):
        if not pending and (not line.strip() or line.lstrip().startswith(("--", "\\"))):
            continue
        pending += line
        copying = copying or COPY.match(pending) is not None
        if line.rstrip() == "\\." if copying else _is_complete(line, pending, mysql=mysql):
            yield translated(pending.strip(), mysql=mysql)
            pending, copying = "", False


def _is_complete(line: str, pending: str, *, mysql: bool) -> bool:
    if not line.rstrip().endswith(";"):
        return False
    return sqlite3.complete_statement(translated(pending, mysql=True) if mysql else pending)


def _constrained(table: RawTable, constraints: list["re.Match[str]"]) -> RawTable:
    mine = [found for found in constraints if _plain(found[1]) == [table.name]]
    keys = [name for found in mine if found["key"] for name in _plain(found["key"])]
    links = {
        name: (_plain(found["table"])[0], to)
        for found in mine
        if found["from"]
        for name, to in zip(_plain(found["from"]), _plain(found["to"]), strict=False)
    }
    columns = [
        replace(each, key=each.key or each.name in keys, references=each.references or links.get(each.name))
        for each in table.columns
    ]
    return RawTable(table.name, columns, table.rows)


def _plain(names: str) -> list[str]:
    return [name.strip().strip('"').rpartition(".")[2] for name in names.split(",")]
