"""Net changes as they are compared: by table, key, column, kind and new value; and the calls that made them."""

from collections import Counter
from collections.abc import Iterable

from wardian.base.frozen import JsonValue
from wardian.base.identity import canonical_json
from wardian.environments.change import Change
from wardian.scoring.walk import Step

__all__ = ["Effect", "Row", "effect", "effects", "row_of", "touches"]

Effect = tuple[str, str, str, str, JsonValue | bytes]

Row = tuple[str, str]
"""Table and key."""

MADE_UP = "*"
"""The key of a new row whose key the world made up."""


def effects(changes: Iterable[Change]) -> Counter[Effect]:
    """What the changes amount to, and how often: new rows whose keys do not count may be alike.

    What was there before does not matter.
    """
    return Counter(map(effect, changes))


def effect(change: Change) -> Effect:
    """What one change amounts to."""
    after = change.after
    value = canonical_json(after) if isinstance(after, dict | list | bool) else after
    return change.table, change.key, change.column, change.kind, value


def row_of(change: Change) -> Row:
    """The row that changed."""
    return change.table, change.key


def touches(step: Step, rows: set[Row]) -> bool:
    """Whether the call changed one of `rows`; each new row of a table may be one whose key the world made up."""
    return any(
        row_of(change) in rows or (change.kind == "insert" and (change.table, MADE_UP) in rows)
        for change in step.acted.observation.changes
    )
