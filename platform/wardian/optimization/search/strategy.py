"""The seam of search strategies: which version is edited next, and for which mistake."""

from collections.abc import Sequence
from typing import Protocol

from wardian.base.bundle import Bundle
from wardian.base.frozen import Frozen
from wardian.optimization.evidence.evidence import Evidence
from wardian.optimization.proposals.edit import Candidate
from wardian.optimization.proposals.proposer import Assignment

__all__ = ["Raced", "SearchState", "SearchStrategy"]


class Raced(Frozen):
    """A candidate behind its race.

    Args:
        candidate: it.
        generation: from 1.
        values: the metric in each of its episodes, by the pair's number; a missing one has none.
        deltas: the same minus the champion's in the pair.
        rung: the last one that it took part in, from 1.
        finalist: whether it entered a gate.
    """

    candidate: Candidate
    generation: int
    values: dict[int, float] = {}
    deltas: dict[int, float] = {}
    rung: int = 1
    finalist: bool = False

    @property
    def delta(self) -> float:
        """The mean difference to the champion; a figure of the search, which nobody should believe."""
        return sum(self.deltas.values()) / len(self.deltas) if self.deltas else 0.0


class SearchState(Frozen):
    """What a strategy may know: the champion, what was tried, and what is wrong."""

    champion: Bundle
    components: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    generation: int
    asked: int = 0
    """Assignments that were given out before."""
    lost: frozenset[str] = frozenset()
    """Content hashes of versions that a gate did not promote; one that is still in its gate is not among them."""


class SearchStrategy(Protocol):
    """Asked for work and told what came of it; it knows neither models nor environments."""

    def ask(self, state: SearchState, k: int) -> Sequence[Assignment]:
        """Up to `k` edits to make at the same time; none when there is nothing left to try."""
        ...

    def tell(self, results: Sequence[Raced]) -> None:
        """What came of a generation, in the order of the assignments."""
        ...
