"""What all stages of a campaign share."""

from dataclasses import dataclass

from wardian.base.bundle import Bundle
from wardian.optimization.board import Board
from wardian.optimization.campaign.booked import BookedProposer
from wardian.optimization.campaign.books import Books
from wardian.optimization.campaign.charter import Crew
from wardian.optimization.campaign.lineage import Lineage
from wardian.optimization.campaign.purse import Purse
from wardian.optimization.ground import Ground
from wardian.optimization.proposals.proposer import Proposer
from wardian.specs.refinement import RefineSpec

__all__ = ["Desk"]


@dataclass(frozen=True)
class Desk:
    """Where a campaign is run from."""

    spec: RefineSpec
    ground: Ground
    crew: Crew
    lineage: Lineage
    purse: Purse
    board: Board
    books: Books

    @property
    def champion(self) -> Bundle:
        """The version to be better than."""
        return self.books.record.champion

    @property
    def proposer(self) -> Proposer:
        """The crew's, with its answers in the books."""
        return BookedProposer(self.crew.proposer, self.books)

    @property
    def next_gate(self) -> int:
        """The number of the next gate in the lineage, from 1."""
        return self.lineage.gates + len(self.books.record.gates) + 1
