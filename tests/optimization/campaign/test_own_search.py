from collections.abc import Sequence

from support.campaign_trials import Trial

from wardian.base.bundle import SYSTEM
from wardian.optimization.board import Board
from wardian.optimization.ground import Ground
from wardian.optimization.proposals.edit import Candidate
from wardian.optimization.proposals.proposer import Assignment, Proposer
from wardian.optimization.search.generation import Generation
from wardian.optimization.search.runner import Runner
from wardian.optimization.search.strategy import Raced, SearchState
from wardian.optimization.selfcheck.traits import rule


class Knowing:
    """Proposes one rule a generation, plays nothing, and is sure of it."""

    def __init__(self, trait: str) -> None:
        self._trait = trait
        self.told: list[Raced] = []

    async def breed(self, state: SearchState, ground: Ground, board: Board, proposer: Proposer) -> Generation:
        champion = state.champion
        text = champion.texts[SYSTEM] + rule(self._trait, state.asked)
        candidate = Candidate(bundle=champion.edited(SYSTEM, text), parent=champion.sha)
        assignment = Assignment(number=state.asked, parent=champion, component=SYSTEM, evidence=state.evidence[0])
        runner = Runner(candidate, {}, number=state.asked)
        return Generation(state.generation, [assignment], [candidate], [runner], runner)

    def tell(self, results: Sequence[Raced]) -> None:
        self.told.extend(results)


def test_a_search_of_its_own_has_its_finding_decided_by_the_gate() -> None:
    knowing = Knowing("mends")
    record = Trial({"empty": 1.0}, search=lambda: knowing).run()
    assert record.stop == "promoted"
    assert record.candidates[0].gate == record.gates[0].verdict.gate == 1
    assert [raced.finalist for raced in knowing.told] == [True]


def test_what_it_is_sure_of_is_not_promoted_for_that() -> None:
    record = Trial({"empty": 1.0}, search=lambda: Knowing("harms")).run()
    assert record.champion == record.original
    assert {gate.verdict.ruling for gate in record.gates} <= {"rejected", "futile", "inconclusive"}
