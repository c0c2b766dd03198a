"""A generation of edits, on virtual time."""

import asyncio
from collections.abc import Mapping

import pytest

from wardian.base.bundle import SYSTEM
from wardian.base.virtual_time import VirtualTimeLoop
from wardian.optimization.board import Board
from wardian.optimization.evidence.evidence import Counterfactual, Evidence
from wardian.optimization.proposals.edit import AddRule, Candidate, Edit
from wardian.optimization.proposals.proposer import Assignment
from wardian.optimization.search.generation import Breeders, Generation, breed
from wardian.optimization.search.race import Race
from wardian.optimization.selfcheck.ledger import Ledger
from wardian.optimization.selfcheck.loop_clock import LoopClock
from wardian.optimization.selfcheck.luck import Luck
from wardian.optimization.selfcheck.player import WorldPlayer
from wardian.optimization.selfcheck.traits import CHAMPION, rule
from wardian.optimization.selfcheck.world import AGENT, World
from wardian.optimization.split import ground_of

WORLD = World(seed=3)
GROUND = ground_of(3, "c", AGENT, CHAMPION, WORLD.places)


class Alike:
    """Proposes one text for everything, after so many seconds."""

    def __init__(self, seconds: Mapping[int, float]) -> None:
        self._seconds = seconds

    async def propose(self, assignment: Assignment) -> Candidate:
        await asyncio.sleep(self._seconds[assignment.number])
        text = CHAMPION.texts[SYSTEM] + rule("mends", 0)
        edit = Edit(component=SYSTEM, cluster=assignment.evidence.name, changes=(AddRule(text="x"),))
        return Candidate(bundle=CHAMPION.edited(SYSTEM, text), parent=CHAMPION.sha, edit=edit)


def assignment(number: int, tool: str) -> Assignment:
    found = Evidence(detector="loop", tool=tool, about="", template="", failed=3, counterfactual=Counterfactual())
    return Assignment(number=number, parent=CHAMPION, component=SYSTEM, evidence=found)


async def bred(seconds: Mapping[int, float]) -> Generation:
    async with asyncio.TaskGroup() as group:
        board = Board(WorldPlayer(Luck(WORLD), LoopClock(), 8, Ledger()), group)
        race = Race(board, GROUND, CHAMPION, "success", (4, 8))
        crew = Breeders(CHAMPION, Alike(seconds), race, frozenset())
        return await breed(1, [assignment(0, "a"), assignment(1, "b")], crew)


@pytest.mark.parametrize("seconds", [{0: 1.0, 1: 2.0}, {0: 2.0, 1: 1.0}])
def test_a_text_that_two_propose_is_the_first_ones_whoever_is_faster(seconds: Mapping[int, float]) -> None:
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        generation = runner.run(bred(seconds))
    (raced,) = generation.raced
    assert raced.candidate == generation.outcomes[0]
    assert raced.candidate.edit is not None
    assert raced.candidate.edit.cluster == generation.assignments[0].cluster
