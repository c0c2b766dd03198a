"""The baseline: one edit of the champion for each of the largest clusters, once."""

from collections.abc import Sequence

from wardian.optimization.proposals.proposer import Assignment
from wardian.optimization.search.aim import component_for
from wardian.optimization.search.strategy import Raced, SearchState

__all__ = ["SinglePass"]


class SinglePass:
    """Implements `SearchStrategy`. It has nothing to ask for a second time before there is a new champion."""

    def __init__(self) -> None:
        self._asked = ""
        self._done = ""

    def ask(self, state: SearchState, k: int) -> Sequence[Assignment]:
        """One edit for each of the `k` largest clusters."""
        self._asked = state.champion.sha
        if self._done == self._asked:
            return ()
        return [
            Assignment(
                number=state.asked + place,
                parent=state.champion,
                component=component_for(evidence, state.components, 0),
                evidence=evidence,
            )
            for place, evidence in enumerate(state.evidence[:k])
        ]

    def tell(self, results: Sequence[Raced]) -> None:
        """This champion has had its turn."""
        self._done = self._asked
