"""Where the reference of a task program leads."""

from dataclasses import dataclass

from wardian.environments.change import Change

__all__ = ["Goal"]


@dataclass(frozen=True, slots=True)
class Goal:
    """The net changes that it makes, ignored paths removed, and how many checks are made on its way."""

    changes: tuple[Change, ...] = ()
    milestones: int = 0
