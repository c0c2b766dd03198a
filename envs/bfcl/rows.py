"""BFCL's state as rows, so that calls have changes, tasks have differences, and states have digests.

A row is named by (service, path) and holds the plain values found there: ("TwitterAPI", "tweets/3") has
the columns of tweet 3, ("TwitterAPI", "") the plain attributes, ("GorillaFileSystem", "/home/a.txt") a file.
Only public attributes count, for those are what BFCL's checker compares; and the working directory,
without which a `cd` would look as if it had done nothing.
"""

from collections.abc import Iterator, Mapping

from wardian.base.frozen import JsonObject, JsonValue
from wardian.base.identity import digest
from wardian.environments.change import Change

from . import tree

__all__ = ["Rows", "changes", "net_changes", "rows_digest", "rows_of"]

Rows = dict[tuple[str, str], JsonObject]

CWD = "(working directory)"


def rows_of(instances: Mapping[str, object]) -> Rows:
    """The rows of all services of a task."""
    rows: Rows = {}
    for service, instance in instances.items():
        for path, column, value in _cells(instance):
            rows.setdefault((service, path), {})[column] = value
    return rows


def changes(before: Rows, after: Rows) -> tuple[Change, ...]:
    """What turned `before` into `after`, in the order of the rows' names."""
    touched = sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
    return tuple(change for key in touched for change in _row_changes(key, before.get(key), after.get(key)))


def net_changes(before: Rows, after: Rows) -> tuple[Change, ...]:
    """The changes that count for the task's outcome: where the agent stands at the end does not."""
    return tuple(change for change in changes(before, after) if change.column != CWD)


def rows_digest(rows: Rows) -> str:
    """Equal for equal rows, in every process."""
    return digest({f"{service} {path}": columns for (service, path), columns in rows.items()})


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


def _cells(instance: object) -> Iterator[tuple[str, str, JsonValue]]:
    """All (path, column, value) of one service."""
    for name, value in vars(instance).items():
        if name == "_current_dir":
            yield "", CWD, tree.path(value)
        elif not name.startswith("_"):
            yield from tree.entries(value) if tree.is_directory(value) else _entry("", name, value)


def _entry(path: str, name: str, value: object) -> Iterator[tuple[str, str, JsonValue]]:
    """A value under its name: objects and lists of objects become rows of their own, the rest is a column."""
    below = f"{path}/{name}" if path else name
    if isinstance(value, dict):
        for key, entry in value.items():
            yield from _entry(below, str(key), entry)
    elif isinstance(value, list) and value and all(isinstance(entry, dict) for entry in value):
        for index, entry in enumerate(value):
            yield from _entry(below, str(index), entry)
    elif value != []:
        yield path, name, _plain(value)


def _plain(value: object) -> JsonValue:
    if isinstance(value, bool | int | float | str) or value is None:
        return value
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, set | frozenset):
        return [*sorted(map(str, value))]
    return str(value)
