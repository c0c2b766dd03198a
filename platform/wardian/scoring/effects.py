"""Net changes as they are compared: by table, key, column, kind and new value."""

from collections import Counter
from collections.abc import Iterable

from wardian.base.frozen import JsonValue
from wardian.base.identity import canonical_json
from wardian.environments.change import Change

__all__ = ["Effect", "effect", "effects"]

Effect = tuple[str, str, str, str, JsonValue | bytes]


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
