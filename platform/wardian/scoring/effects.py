"""Net changes as they are compared: by table, key, column, kind and new value."""

from collections.abc import Iterable

from wardian.base.frozen import JsonValue
from wardian.base.identity import canonical_json
from wardian.environments.change import Change

__all__ = ["Effect", "effects"]

Effect = tuple[str, str, str, str, JsonValue | bytes]


def effects(changes: Iterable[Change]) -> set[Effect]:
    """What the changes amount to; what was there before does not matter."""
    return {_effect(change) for change in changes}


def _effect(change: Change) -> Effect:
    after = change.after
    value = canonical_json(after) if isinstance(after, dict | list | bool) else after
    return change.table, change.key, change.column, change.kind, value
