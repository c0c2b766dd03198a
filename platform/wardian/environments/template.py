"""The opening state of an environment, built once and copied for every episode."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property

from wardian.environments.changelog import LOG_TABLE, row_hash, row_json, triggers
from wardian.environments.sql_functions import define_functions

__all__ = ["Rows", "SqlValue", "Template"]

SqlValue = str | int | float | None

Rows = Mapping[str, Iterable[Mapping[str, SqlValue]]]
"""The rows of each table by column name."""

_PAGE_BYTES = 1024
"""Many small tables waste less of small pages, and every episode copies them all."""

_OWN_TABLES = f"""
CREATE TABLE {LOG_TABLE}(seq INTEGER PRIMARY KEY, name TEXT, before TEXT, after TEXT);
CREATE TABLE clock(id INTEGER PRIMARY KEY CHECK (id = 0), now TEXT NOT NULL);
"""


class Template:
    """A filled SQLite database of which every `State` begins as a copy.

    Connections are kept and reused: SQLite parses the schema once per connection, which costs fifty
    times more than copying the data into it.

    Args:
        schema: the `CREATE TABLE` statements; every table needs a primary key.
        rows: the rows of each table by column name.
        now: what the virtual clock shows at the beginning.
    """

    def __init__(self, schema: str, rows: Rows, now: datetime) -> None:
        self._idle: list[sqlite3.Connection] = []
        connection = _connect()
        connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
        connection.executescript(_OWN_TABLES + schema)
        self.columns = _columns(connection)
        self.keys = {table: _key_columns(connection, table) for table in self.columns}
        _fill(connection, {"clock": [{"id": 0, "now": now.isoformat()}], **rows})
        self.checksum = _checksum(connection, self.columns)
        for table, columns in self.columns.items():
            connection.executescript(triggers(table, columns))
        connection.execute("VACUUM")
        self.data = connection.serialize()
        connection.close()

    @cached_property
    def size(self) -> int:
        """Bytes of one copy."""
        return len(self.data)

    def borrow(self) -> sqlite3.Connection:
        """A connection of this schema with nobody's data in it; give it back when done."""
        if self._idle:
            return self._idle.pop()
        connection = _connect()
        connection.execute("PRAGMA recursive_triggers = ON")  # else REPLACE deletes rows unlogged
        connection.execute("PRAGMA foreign_keys = ON")
        return connection

    def give_back(self, connection: sqlite3.Connection) -> None:
        """Keep `connection` for the next episode."""
        self._idle.append(connection)


def _connect() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    define_functions(connection)
    return connection


def _columns(connection: sqlite3.Connection) -> dict[str, Sequence[str]]:
    query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name"
    tables = [row["name"] for row in connection.execute(query)]
    return {
        table: [row["name"] for row in connection.execute("SELECT name FROM pragma_table_info(?)", (table,))]
        for table in tables
        if table != LOG_TABLE
    }


def _key_columns(connection: sqlite3.Connection, table: str) -> Sequence[str]:
    query = "SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk"
    keys = [row["name"] for row in connection.execute(query, (table,))]
    if not keys:
        raise ValueError(f"table {table} has no primary key: its rows could not be told apart in a diff")
    return keys


def _fill(connection: sqlite3.Connection, rows: Rows) -> None:
    connection.execute("BEGIN")
    for table, records in rows.items():
        for record in records:
            names, marks = ", ".join(f'"{name}"' for name in record), ", ".join("?" * len(record))
            connection.execute(
                f'INSERT INTO "{table}" ({names}) VALUES ({marks})',  # noqa: S608  (names from the pack's code)
                tuple(record.values()),
            )
    connection.execute("COMMIT")
    for orphan in connection.execute("PRAGMA foreign_key_check"):
        raise ValueError(f"a row of {orphan['table']} refers to a row of {orphan['parent']} that is not there")


def _checksum(connection: sqlite3.Connection, tables: Mapping[str, Sequence[str]]) -> int:
    return sum(
        row_hash(table, row[0])
        for table, columns in tables.items()
        for row in connection.execute(f'SELECT {row_json(columns)} FROM "{table}"')  # noqa: S608  (see above)
    )
