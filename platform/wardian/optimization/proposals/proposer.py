"""The seam of proposers, and what keeps their words."""

from typing import Protocol, TypeVar

from wardian.base.bundle import Bundle, Component
from wardian.base.frozen import Frozen
from wardian.optimization.evidence.evidence import Evidence
from wardian.optimization.proposals.edit import Candidate, Refused

__all__ = ["Assignment", "Memo", "Proposer"]

T = TypeVar("T")


class Assignment(Frozen):
    """What a proposer is asked for.

    Args:
        number: which one in the campaign, from 0: two of the same content are asked for different edits.
        parent: the version to edit.
        component: what of it.
        evidence: the mistake to mend.
        failed: headlines of edits for it that did not help.
    """

    number: int
    parent: Bundle
    component: Component
    evidence: Evidence
    failed: tuple[str, ...] = ()

    @property
    def cluster(self) -> str:
        """The name of the mistake."""
        return self.evidence.name


class Proposer(Protocol):
    """Writes an edit; whatever a model says, this does not raise."""

    async def propose(self, assignment: Assignment) -> Candidate | Refused:
        """The edited version, or why there is none."""
        ...


class Memo(Protocol[T]):
    """What came of calls by the digest of what was asked, kept before it is used."""

    async def get(self, key: str) -> T | None:
        """What came of it, in this process or in one before it."""
        ...

    async def put(self, key: str, value: T, /) -> None:
        """Keep what was paid for."""
        ...
