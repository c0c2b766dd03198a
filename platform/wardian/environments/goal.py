"""Where the reference of a task leads."""

from dataclasses import dataclass

from wardian.environments.change import Change
from wardian.environments.ledger import Path

__all__ = ["Goal"]


@dataclass(frozen=True, slots=True)
class Goal:
    """What its replay has shown.

    Args:
        changes: the net changes that it makes, ignored paths removed.
        passing: what it changes for a while, and is as it was in the end.
        milestones: how many of a task program's checks are made on its way.
    """

    changes: tuple[Change, ...] = ()
    passing: tuple[Path, ...] = ()
    milestones: int = 0
