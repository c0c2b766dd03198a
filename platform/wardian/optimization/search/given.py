"""No search at all: one version that somebody brings, such as the winner of a sweep."""

from collections.abc import Sequence

from wardian.base.bundle import Bundle
from wardian.base.frozen import Frozen
from wardian.optimization.board import Board
from wardian.optimization.ground import Ground
from wardian.optimization.proposals.edit import Candidate
from wardian.optimization.proposals.proposer import Proposer
from wardian.optimization.search.generation import Generation
from wardian.optimization.search.runner import Runner
from wardian.optimization.search.strategy import Raced, SearchState
from wardian.specs.refinement import SearchSpec

__all__ = ["Given", "GivenSearch"]


class Given(Frozen):
    """An `Origin`: `cluster` says who brings the version, `component` names all that is otherwise in it."""

    number: int
    parent: Bundle
    component: str
    cluster: str


class GivenSearch:
    """An `OwnSearch` that plays nothing and asks nobody: its finding comes to the gate as it is.

    Args:
        spec: of the kind `given`.
    """

    def __init__(self, spec: SearchSpec) -> None:
        self._spec = spec

    async def breed(self, state: SearchState, ground: Ground, board: Board, proposer: Proposer) -> Generation:
        """The version that is given."""
        champion, texts = state.champion, self._spec.texts
        bundle = Bundle(agent=champion.agent, texts={**champion.texts, **texts})
        candidate = Candidate(bundle=bundle, parent=champion.sha)
        runner = Runner(candidate, {}, number=state.asked)
        origin = Given(
            number=state.asked, parent=champion, component=", ".join(texts), cluster=self._spec.origin or "given"
        )
        return Generation(state.generation, [origin], [candidate], [runner], runner)

    def tell(self, results: Sequence[Raced]) -> None:
        """Nothing: there is no other version."""
