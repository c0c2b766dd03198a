"""The change log: triggers write every row's before and after, and folding it gives typed changes.

It lives in the database itself, so a rolled-back call leaves no trace and a snapshot carries it along.
"""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b

import orjson

from wardian.base.frozen import JsonObject, JsonValue
from wardian.environments.change import Change

__all__ = ["LOG_TABLE", "LogEntry", "changes_of", "fold", "row_hash", "row_json", "triggers"]

LOG_TABLE = "_changes"

LogEntry = tuple[str, str | None, str | None]
"""Table, the row before and the row after as JSON text; None where there was or is no row."""

Keys = Mapping[str, Sequence[str]]
"""The primary key columns of every table."""


def row_json(columns: Iterable[str], alias: str = "") -> str:
    """SQL for a row as JSON text; `alias` is OLD, NEW or a table."""
    prefix = f"{alias}." if alias else ""
    pairs = (f"'{column}', {prefix}\"{column}\"" for column in columns)
    return f"json_object({', '.join(pairs)})"


def triggers(table: str, columns: Sequence[str]) -> str:
    """SQL that creates the log's triggers on `table`."""
    before, after = row_json(columns, "OLD"), row_json(columns, "NEW")
    rows = {"INSERT": ("NULL", after), "UPDATE": (before, after), "DELETE": (before, "NULL")}
    return "\n".join(
        f'CREATE TRIGGER _{table}_{event} AFTER {event} ON "{table}" BEGIN {_log_row(table, old, new)}; END;'
        for event, (old, new) in rows.items()
    )


def _log_row(table: str, before: str, after: str) -> str:
    values = f"VALUES ('{table}', {before}, {after})"
    return f"INSERT INTO {LOG_TABLE}(name, before, after) {values}"


def row_hash(table: str, row: str) -> int:
    """A number for one row; the sum over all rows is the state's digest, whatever the order of writes."""
    return int.from_bytes(blake2b(f"{table}\x1f{row}".encode(), digest_size=16).digest(), "big")


def fold(entries: Iterable[LogEntry], keys: Keys) -> tuple[Change, ...]:
    """The net changes of a stretch of the log: a row that came back to what it was is not in it.

    What became of a row between two entries, because of events that no log has, is no change of this stretch.
    """
    firsts: dict[tuple[str, str], JsonObject | None] = {}
    lasts: dict[tuple[str, str], JsonObject | None] = {}
    for table, old, new in entries:
        for text, side in ((old, "old"), (new, "new")):
            row: JsonObject | None = None if text is None else orjson.loads(text)
            if row is None:
                continue
            path = (table, _key(row, keys[table]))
            if side == "old" and path in lasts:
                firsts[path] = _moved(firsts[path], lasts[path], row)
            firsts.setdefault(path, row if side == "old" else None)
            lasts[path] = row if side == "new" else None
    return tuple(change for path, before in firsts.items() for change in changes_of(path, before, lasts[path]))


def _moved(first: JsonObject | None, last: JsonObject | None, now: JsonObject) -> JsonObject | None:
    """The row as it was first, with what others have made of it between `last` and `now`."""
    if first is None or last is None or last == now:
        return first
    return {**first, **{column: value for column, value in now.items() if value != last[column]}}


def changes_of(path: tuple[str, str], before: JsonObject | None, after: JsonObject | None) -> Iterable[Change]:
    """What became of one row, column by column."""
    table, key = path
    if before is None and after is not None:
        yield Change(table=table, key=key, column="*", kind="insert", after=after)
    elif before is not None and after is None:
        yield Change(table=table, key=key, column="*", kind="delete", before=before)
    elif before is not None and after is not None:
        for column, value in after.items():
            if before[column] != value:
                yield Change(table=table, key=key, column=column, kind="update", before=before[column], after=value)


def _key(row: Mapping[str, JsonValue], columns: Sequence[str]) -> str:
    return "|".join(str(row[column]) for column in columns)
