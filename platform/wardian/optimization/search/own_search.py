"""The seam of searches that play episodes of their own choice, and so have no use for the race."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from wardian.optimization.board import Board
from wardian.optimization.ground import Ground
from wardian.optimization.proposals.proposer import Proposer
from wardian.optimization.search.generation import Generation
from wardian.optimization.search.strategy import Raced, SearchState

__all__ = ["OwnSearch"]


@runtime_checkable
class OwnSearch(Protocol):
    """A whole generation in other hands. What it finds goes through the gate like everything else."""

    async def breed(self, state: SearchState, ground: Ground, board: Board, proposer: Proposer) -> Generation:
        """All that was tried, and its best; the same again for the same state. At most `search.episodes` are played."""
        ...

    def tell(self, results: Sequence[Raced]) -> None:
        """What came of it was taken to the books."""
        ...
