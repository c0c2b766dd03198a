"""Net changes that two worlds do not have in common."""

from collections import Counter
from collections.abc import Iterable

from wardian.base.identity import canonical_json
from wardian.environments.change import Change

__all__ = ["difference"]


def difference(some: Iterable[Change], others: Iterable[Change]) -> tuple[Change, ...]:
    """Those of `some` that are not among `others`, each as often as it is more often there."""
    known = Counter(map(_identity, others))
    left = []
    for change in some:
        identity = _identity(change)
        if known[identity]:
            known[identity] -= 1
        else:
            left.append(change)
    return tuple(left)


def _identity(change: Change) -> bytes:
    return canonical_json([change.table, change.key, change.column, change.kind, change.after])
