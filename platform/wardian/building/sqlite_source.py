"""Tables out of a SQLite file, or of a database that an SQL dump has filled."""

import sqlite3
from contextlib import closing
from pathlib import Path

from wardian.base.errors import ConfigError
from wardian.building.raw import RawColumn, RawTable

__all__ = ["MOST_ROWS", "read_sqlite", "tables_of"]

MOST_ROWS = 2_000
"""Of one table: an editable pack is no copy of a warehouse."""


def read_sqlite(path: Path) -> list[RawTable]:
    """The tables of a file, which is not written to.

    Raises:
        ConfigError: when it is no such file.
    """
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            connection.execute("PRAGMA trusted_schema = OFF")
            return tables_of(connection)
    except sqlite3.Error as error:
        raise ConfigError(f"{path}: cannot be read as a SQLite file: {error}") from error


def tables_of(connection: sqlite3.Connection) -> list[RawTable]:
    """The tables of an open database, virtual ones left out."""
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' "
        "AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY rowid"
    )
    connection.text_factory = lambda data: data.decode("utf-8", "replace")
    return [_table(connection, name) for (name,) in connection.execute(query).fetchall()]


def _table(connection: sqlite3.Connection, name: str) -> RawTable:
    info = connection.execute("SELECT name, type, pk FROM pragma_table_info(?)", (name,)).fetchall()
    links = connection.execute('SELECT "from", "table", "to" FROM pragma_foreign_key_list(?)', (name,)).fetchall()
    references = {column: (table, to or _key(connection, table)) for column, table, to in links}
    quoted = name.replace('"', '""')
    rows = connection.execute(f'SELECT * FROM "{quoted}" LIMIT {MOST_ROWS}').fetchall()  # noqa: S608  (quoted)
    kept = [place for place in range(len(info)) if not any(isinstance(row[place], bytes) for row in rows)]
    return RawTable(
        name=name,
        columns=[RawColumn(info[p][0], info[p][1], bool(info[p][2]), references.get(info[p][0])) for p in kept],
        rows=[[row[place] for place in kept] for row in rows],
    )


def _key(connection: sqlite3.Connection, table: str) -> str:
    """The key to which a reference leads that names no column; "" when there is no single one."""
    keys = connection.execute("SELECT name FROM pragma_table_info(?) WHERE pk > 0", (table,)).fetchall()
    return str(keys[0][0]) if len(keys) == 1 else ""
