"""gepa searches in a world of known effects, within its budget, the same way each time."""

import asyncio
from dataclasses import dataclass, field

import pytest

from wardian.base.bundle import SYSTEM
from wardian.optimization.board import Board
from wardian.optimization.campaign.campaign import Campaign
from wardian.optimization.campaign.charter import Charter, Crew
from wardian.optimization.campaign.lineage import Lineage
from wardian.optimization.campaign.record import CampaignRecord
from wardian.optimization.evidence.evidence import Evidence
from wardian.optimization.gate.pair_gate import PairGate
from wardian.optimization.ground import Ground
from wardian.optimization.proposals.edit import Candidate, Refused
from wardian.optimization.proposals.proposer import Assignment
from wardian.optimization.search.bridge import Bridge
from wardian.optimization.search.generation import Generation
from wardian.optimization.search.gepa import GepaSearch
from wardian.optimization.search.strategy import SearchState
from wardian.optimization.selfcheck.ledger import Ledger
from wardian.optimization.selfcheck.loop_clock import LoopClock
from wardian.optimization.selfcheck.luck import Luck
from wardian.optimization.selfcheck.people import SimulatedDiagnostician, SimulatedProposer
from wardian.optimization.selfcheck.player import WorldPlayer
from wardian.optimization.selfcheck.traits import CHAMPION, habits, rule
from wardian.optimization.selfcheck.world import AGENT, World
from wardian.specs.refinement import RefineSpec, ReflectionSpec, SearchSpec

WORLD = World(seed=5, median_s=0.000_1)
GROUND = Ground(seed=9, agent=AGENT, champion=CHAMPION, search=WORLD.places[:200], gate=WORLD.places[200:], reuse={})
STATE = SearchState(
    champion=CHAMPION,
    components=(SYSTEM,),
    evidence=(Evidence(detector="missing_call", template="template-0", failed=9),),
    generation=1,
    asked=16,
)


@dataclass
class Author:
    """Proposes these traits in turn; "" is refused."""

    traits: tuple[str, ...]
    asked: list[Assignment] = field(default_factory=list)

    async def propose(self, assignment: Assignment) -> Candidate | Refused:
        self.asked.append(assignment)
        trait = self.traits[assignment.number % len(self.traits)]
        if not trait:
            return Refused(cluster=assignment.evidence.name, component=assignment.component, why="too long")
        text = assignment.parent.texts[SYSTEM] + rule(trait, assignment.number)
        return Candidate(bundle=assignment.parent.edited(SYSTEM, text), parent=assignment.parent.sha)


async def bred(author: Author, ledger: Ledger, episodes: int = 300) -> Generation:
    async with asyncio.TaskGroup() as group:
        board = Board(WorldPlayer(Luck(WORLD), LoopClock(), 64, ledger), group)
        search = GepaSearch(SearchSpec(kind="gepa", episodes=episodes), "success", 7)
        generation = await search.breed(STATE, GROUND, board, author)
        board.close()
        return generation


async def test_the_finalist_mends_what_can_be_mended() -> None:
    generation = await bred(Author(("mends", "mends", "harms")), Ledger())
    assert generation.finalist is not None
    assert "mends" in habits(generation.finalist.candidate.bundle)
    assert generation.finalist.gain > 0.05
    assert [record.gate for record in generation.records(3)].count(3) == 1


@pytest.mark.parametrize("episodes", [60, 150, 300])
async def test_no_episode_is_over_the_budget(episodes: int) -> None:
    ledger = Ledger()
    author = Author(("mends", "helps"))
    await bred(author, ledger, episodes)
    assert 0 < len(ledger.results) <= episodes
    assert len(author.asked) <= SearchSpec().candidates


async def test_whoever_goes_on_finds_the_same_and_plays_nothing_again() -> None:
    ledger = Ledger()
    first = await bred(Author(("mends", "empty")), ledger)
    before = dict(ledger.results)
    again = await bred(Author(("mends", "empty")), ledger)
    assert again.records(1) == first.records(1)
    assert ledger.results == before


async def test_assignments_are_numbered_behind_those_before() -> None:
    author = Author(("empty",))
    generation = await bred(author, Ledger())
    assert [each.number for each in author.asked] == list(range(16, 16 + len(author.asked)))
    assert [each.number for each in generation.records(None)] == [each.number for each in author.asked]


async def test_where_all_is_refused_nothing_is_found() -> None:
    generation = await bred(Author(("",)), Ledger())
    assert generation.finalist is None
    assert {record.refused for record in generation.records(None)} == {"too long"}


async def test_a_thread_ends_with_whoever_waits_for_it() -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()

    async def forever() -> None:
        await asyncio.Event().wait()

    bridge = Bridge()

    def work() -> None:
        try:
            bridge.call(forever)
        finally:
            loop.call_soon_threadsafe(ended.set)

    running = asyncio.ensure_future(bridge.run(work))
    await asyncio.sleep(0.01)
    running.cancel()
    async with asyncio.timeout(5):
        await ended.wait()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_an_error_of_ours_is_raised_where_the_search_is_awaited() -> None:
    async def broken() -> None:
        raise OSError("the disk is full")

    bridge = Bridge()
    with pytest.raises(ExceptionGroup) as caught:
        await bridge.run(lambda: bridge.call(broken))
    assert caught.group_contains(OSError, match="the disk is full")


class Nobody:
    """Looks at no record."""

    async def note(self, record: CampaignRecord) -> None:
        return None


async def campaign(habits: dict[str, float], ledger: Ledger) -> CampaignRecord:
    clock = LoopClock()
    spec = RefineSpec(reflection=ReflectionSpec(model="sim"), search=SearchSpec(kind="gepa", episodes=250))
    crew = Crew(
        evaluator=WorldPlayer(Luck(WORLD), clock, 64, ledger),
        diagnostician=SimulatedDiagnostician(),
        proposer=SimulatedProposer(3, habits, ledger, clock, answer_s=0.0),
        strategy=GepaSearch(spec.search, spec.metric, 3),
        gate=PairGate,
        recorder=Nobody(),
    )
    charter = Charter(id="gepa", prompt="selfcheck.support", spec=spec)
    return await Campaign(charter, GROUND, crew, Lineage(), clock).run()


async def test_a_campaign_takes_what_gepa_finds_to_the_gate_and_goes_on_alike() -> None:
    ledger = Ledger()
    record = await campaign({"mends": 0.5, "empty": 0.5}, ledger)
    assert record.stop == "promoted"
    assert "mends" in habits(record.champion)
    played = dict(ledger.results)
    again = await campaign({"mends": 0.5, "empty": 0.5}, ledger)
    assert (again.gates, again.candidates) == (record.gates, record.candidates)
    assert ledger.results == played


async def test_what_gepa_prefers_by_chance_is_not_promoted() -> None:
    record = await campaign({"empty": 1.0}, Ledger())
    assert record.gates
    assert record.champion == record.original
    assert record.expenses.episodes <= record.spec.budget.episodes
