"""Net changes, what two worlds do not have in common of them, and the calls that made them."""

from collections import Counter
from collections.abc import Iterable

from wardian.base.identity import canonical_json
from wardian.environments.change import Change
from wardian.scoring.walk import Step

__all__ = ["Row", "difference", "row_of", "touches"]

Row = tuple[str, str]
"""Table and key; the key "*" stands for a new row whose key the world made up."""

MADE_UP = "*"


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


def row_of(change: Change) -> Row:
    """The row that changed."""
    return change.table, change.key


def touches(step: Step, rows: set[Row]) -> bool:
    """Whether the call changed one of `rows`."""
    changes = step.acted.observation.changes
    return any(row_of(change) in rows or (change.table, MADE_UP) in rows for change in changes)


def _identity(change: Change) -> bytes:
    return canonical_json([change.table, change.key, change.column, change.kind, change.after])
