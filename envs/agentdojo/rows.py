"""The state of AgentDojo's environments as rows, so that changes can be named.

A row is an object without objects in it. Its table is a field of the environment, its key the way down from there:
("inbox", "emails/3") has the columns of an email, ("bank_account", "") the plain fields of the account.
"""

from collections.abc import Iterator

from wardian.base.frozen import JsonObject, JsonValue
from wardian.environments.change import Change

__all__ = ["Rows", "changes", "rows_of"]

Rows = dict[tuple[str, str], JsonObject]


def rows_of(state: JsonObject) -> Rows:
    """All rows of a dumped environment."""
    rows: Rows = {}
    for table, value in state.items():
        for key, column, cell in _cells((), "value", value):
            rows.setdefault((table, "/".join(key)), {})[column] = cell
    return rows


def changes(before: Rows, after: Rows) -> tuple[Change, ...]:
    """What turned `before` into `after`, in the order of the rows' names."""
    touched = sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
    return tuple(change for key in touched for change in _row_changes(key, before.get(key), after.get(key)))


def _row_changes(row: tuple[str, str], before: JsonObject | None, after: JsonObject | None) -> Iterator[Change]:
    table, key = row
    if before is None or after is None:
        kind = "insert" if before is None else "delete"
        yield Change(table=table, key=key, column="*", kind=kind, before=before, after=after)
        return
    for column in sorted(before.keys() | after.keys()):
        old, new = before.get(column), after.get(column)
        if old != new:
            yield Change(table=table, key=key, column=column, kind="update", before=old, after=new)


def _cells(key: tuple[str, ...], column: str, value: JsonValue) -> Iterator[tuple[tuple[str, ...], str, JsonValue]]:
    """(key, column, value) of everything below `value`: objects, also those in lists, are rows of their own."""
    if isinstance(value, dict):
        for name, entry in value.items():
            yield from _cells((*key, name), name, entry) if _nested(entry) else [(key, name, entry)]
    elif isinstance(value, list) and _nested(value):
        for index, entry in enumerate(value):
            yield from _cells((*key, _name(index, entry)), column, entry)
    else:
        yield key, column, value


def _nested(value: JsonValue) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and any(isinstance(entry, dict) for entry in value))


def _name(index: int, entry: JsonValue) -> str:
    """An entry's own id where it has one: what comes before it in the list is another's business."""
    return str(entry.get("id_", entry.get("id", index)) if isinstance(entry, dict) else index)
