"""The state of one world: a SQLite database in memory that knows what happened to it."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

from wardian.base.errors import EnvironmentFault
from wardian.environments.change import Change
from wardian.environments.changelog import LOG_TABLE, LogEntry, fold, row_hash
from wardian.environments.connection import WorldConnection
from wardian.environments.template import SqlValue, Template

__all__ = ["Row", "State"]

Row = dict[str, Any]
"""One row by column name; values are what SQLite holds: text, numbers, None."""

_MODULUS = 1 << 128
_DIGEST_BYTES = 16
_HEADER_BYTES = _DIGEST_BYTES + 8
_LOG_SINCE = f"SELECT seq, name, before, after FROM {LOG_TABLE} WHERE seq > ? ORDER BY seq"  # noqa: S608  (a constant)


class State:
    """A copy of a template that can be read, written, compared, saved and forked.

    It begins as the template, or as a snapshot of another state of the same template.
    Writes belong inside `with state.savepoint():`, which takes them back when the block raises.
    """

    def __init__(self, template: Template, snapshot: bytes | None = None) -> None:
        self.template = template
        self._connection = template.borrow()
        if snapshot is None:
            self._load(template.data, template.checksum, logged=0)
        else:
            self.restore(snapshot)

    def _load(self, data: bytes | memoryview, checksum: int, *, logged: int) -> None:
        self._connection.deserialize(data)
        # SQLite reads the schema of new data with the first statement, and takes that back with it if it fails.
        self._connection.execute("PRAGMA schema_version").fetchone()
        self._checksum = checksum % _MODULUS
        self._logged = logged
        self._net: tuple[Change, ...] | None = None if logged else ()  # of `diff`, where one call wrote all there is
        self._writes = self._connection.total_changes
        self.digest = f"{self._checksum:032x}"

    @property
    def connection(self) -> WorldConnection:
        """The database itself, for who guards what others do to it (`sql/`)."""
        return self._connection

    def one(self, sql: str, *values: SqlValue) -> Row | None:
        """The first row of a query, None when there is none."""
        row = self._connection.execute(sql, values).fetchone()
        return None if row is None else dict(row)

    def all(self, sql: str, *values: SqlValue) -> list[Row]:
        """All rows of a query."""
        return [dict(row) for row in self._connection.execute(sql, values)]

    def next_number(self, table: str, column: str, prefix: str) -> int:
        """One more than the largest number behind `prefix` in a column of such names."""
        number = f'CAST(substr("{column}", {len(prefix) + 1}) AS INTEGER)'
        sql = f'SELECT max({number}) AS n FROM "{table}" WHERE substr("{column}", 1, {len(prefix)}) = ?'  # noqa: S608  (names of a pack)
        row = self.one(sql, prefix)
        return 1 + ((row and row["n"]) or 0)

    def run(self, sql: str, *values: SqlValue) -> int:
        """Execute a write; the number of rows it touched."""
        return self._connection.execute(sql, values).rowcount

    def named(self, sql: str, values: Mapping[str, SqlValue]) -> Row | None:
        """Execute a query or a write with named values (`:name`); the first row, None when there is none."""
        row = self._connection.execute(sql, values).fetchone()
        return None if row is None else dict(row)

    def savepoint(self) -> "Savepoint":
        """A block of writes that happens as a whole or not at all."""
        return Savepoint(self._connection, undone=_nothing if self.touched else self._forget)

    def _forget(self) -> None:
        """What SQLite counted since the last `drain` was taken back."""
        self._writes = self._connection.total_changes

    @property
    def touched(self) -> bool:
        """Whether anything was written since the last `drain`."""
        return self._connection.total_changes != self._writes

    def drain(self) -> tuple[Change, ...]:
        """The net changes since the last time this was asked; brings `digest` up to date."""
        if not self.touched:
            return ()
        self._writes = self._connection.total_changes
        rows = self._connection.execute(_LOG_SINCE, (self._logged,)).fetchall()
        if rows:
            self._logged = rows[-1][0]
        entries = [(row[1], row[2], row[3]) for row in rows]
        self._account(entries)
        changes = fold(entries, self.template.keys)
        if entries:
            self._net = changes if self._net == () else None
        return changes

    def _account(self, entries: list[LogEntry]) -> None:
        for table, before, after in entries:
            if before is not None:
                self._checksum -= row_hash(table, before)
            if after is not None:
                self._checksum += row_hash(table, after)
        self._checksum %= _MODULUS
        self.digest = f"{self._checksum:032x}"

    @contextmanager
    def unattributed(self) -> Iterator[None]:
        """A block of writes that are nobody's doing: they count in `digest`, and are in no diff."""
        self.drain()
        try:
            yield
        finally:
            self._disown(self._logged)

    def _disown(self, since: int) -> None:
        rows = self._connection.execute(_LOG_SINCE, (since,)).fetchall()
        if rows:
            self._account([(row[1], row[2], row[3]) for row in rows])
            self._connection.execute(f"DELETE FROM {LOG_TABLE} WHERE seq > ?", (since,))  # noqa: S608  (a constant)
        self._writes = self._connection.total_changes

    def diff(self) -> tuple[Change, ...]:
        """The net changes since the state was opened from its template."""
        if self._net is not None and not self.touched:
            return self._net
        log = self._connection.execute(_LOG_SINCE, (0,))
        return fold([(row[1], row[2], row[3]) for row in log], self.template.keys)

    def snapshot(self) -> bytes:
        """The whole state as bytes, change log included."""
        self.drain()
        header = self._checksum.to_bytes(_DIGEST_BYTES, "big") + self._logged.to_bytes(8, "big")
        return header + self._connection.serialize()

    def restore(self, snapshot: bytes) -> None:
        """Become what `snapshot` shows; it must come from a state of the same template."""
        if len(snapshot) <= _HEADER_BYTES:
            raise EnvironmentFault(f"a snapshot of {len(snapshot)} bytes is none")
        checksum = int.from_bytes(snapshot[:_DIGEST_BYTES], "big")
        logged = int.from_bytes(snapshot[_DIGEST_BYTES:_HEADER_BYTES], "big")
        self._load(memoryview(snapshot)[_HEADER_BYTES:], checksum, logged=logged)

    def fork(self) -> "State":
        """An independent copy of this moment."""
        return State(self.template, self.snapshot())

    def close(self) -> None:
        """Give the connection back; the state cannot be used any more."""
        self.template.give_back(self._connection)
        del self._connection


class Savepoint:
    """Released when its block ends, rolled back when it raises, and then `undone` is called."""

    def __init__(self, connection: sqlite3.Connection, undone: Callable[[], None]) -> None:
        self._connection = connection
        self._undone = undone

    def __enter__(self) -> Self:
        self._connection.execute("SAVEPOINT call")
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: TracebackType | None) -> None:
        if error is None:
            self._connection.execute("RELEASE call")
            return
        if self._connection.in_transaction:  # else SQLite, when it stopped a write halfway, took everything back itself
            self._connection.execute("ROLLBACK TO call")
            self._connection.execute("RELEASE call")
        self._undone()


def _nothing() -> None:
    """Leave the count as it is."""
