"""A proposer whose answers are entered in the books, whatever becomes of them."""

from wardian.optimization.campaign.books import Books
from wardian.optimization.proposals.edit import Candidate, Refused
from wardian.optimization.proposals.proposer import Assignment, Proposer

__all__ = ["BookedProposer"]


class BookedProposer:
    """Implements `Proposer`; a generation that comes to nothing was paid for all the same.

    Args:
        proposer: does the work.
        books: of the campaign.
    """

    def __init__(self, proposer: Proposer, books: Books) -> None:
        self._proposer = proposer
        self._books = books

    async def propose(self, assignment: Assignment) -> Candidate | Refused:
        """The edited version, or why there is none."""
        outcome = await self._proposer.propose(assignment)
        self._books.proposed.append(outcome)
        return outcome
