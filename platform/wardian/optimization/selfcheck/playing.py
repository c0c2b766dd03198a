"""Plays one simulated campaign, on virtual time, and says what is true of what it found."""

import asyncio
from collections.abc import Awaitable

from wardian.base.frozen import Frozen
from wardian.base.virtual_time import VirtualTimeLoop
from wardian.optimization.campaign.campaign import Campaign
from wardian.optimization.campaign.charter import Charter, Crew, OpenGate
from wardian.optimization.campaign.lineage import Lineage
from wardian.optimization.campaign.record import CampaignRecord, GateRecord
from wardian.optimization.gate.pair_gate import PairGate
from wardian.optimization.ground import Place
from wardian.optimization.search.pareto import AsyncParetoSearch
from wardian.optimization.selfcheck.ledger import Ledger
from wardian.optimization.selfcheck.loop_clock import LoopClock
from wardian.optimization.selfcheck.luck import Luck
from wardian.optimization.selfcheck.people import SimulatedDiagnostician, SimulatedProposer
from wardian.optimization.selfcheck.player import WorldPlayer
from wardian.optimization.selfcheck.scenario import Scenario
from wardian.optimization.selfcheck.traits import CHAMPION
from wardian.optimization.selfcheck.world import AGENT
from wardian.optimization.split import ground_of

__all__ = ["Outcome", "Ruled", "played"]


class Ruled(Frozen):
    """One gate, and the truth: `gain` is what it should have found, in its metric and on its tasks."""

    record: GateRecord
    gain: float


class Outcome(Frozen):
    """A campaign that has ended.

    Args:
        record: what it says of itself.
        gates: with the truth.
        episodes: that were begun.
        asked: answers of the reflection model that were paid.
        seconds: of virtual time.
        busy_s: seconds of slots in use.
    """

    record: CampaignRecord
    gates: tuple[Ruled, ...]
    episodes: int
    asked: int
    seconds: float
    busy_s: float


class _Nobody:
    async def note(self, record: CampaignRecord) -> None:
        """Nobody looks."""


def played(scenario: Scenario, seed: int, ledger: Ledger | None = None, gate: OpenGate = PairGate) -> Outcome:
    """Play the campaign of a scenario that has this seed; again with the same ledger, it goes on."""
    seeded = scenario.model_copy(update={"world": scenario.world.model_copy(update={"seed": seed})})
    outcomes = list[Outcome]()
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        # Not the task's result: when a runner ends, `signal` makes a text of all that its task holds.
        runner.run(_into(outcomes, _play(seeded, ledger or Ledger(), gate)))
    return outcomes[0]


async def _into(outcomes: list[Outcome], playing: Awaitable[Outcome]) -> None:
    outcomes.append(await playing)


async def _play(scenario: Scenario, ledger: Ledger, gate: OpenGate) -> Outcome:
    world, clock = scenario.world, LoopClock()
    charter = Charter(id=f"selfcheck-{world.seed}", prompt="selfcheck.support", spec=scenario.spec)
    ground = ground_of(world.seed, charter.id, AGENT, CHAMPION, world.places)
    player = WorldPlayer(Luck(world), clock, scenario.slots, ledger)
    proposer = SimulatedProposer(world.seed, scenario.habits, ledger, clock)
    crew = Crew(
        evaluator=player,
        diagnostician=SimulatedDiagnostician(),
        proposer=proposer,
        strategy=AsyncParetoSearch(world.seed),
        gate=gate,
        recorder=_Nobody(),
    )
    record = await Campaign(charter, ground, crew, Lineage(gates=scenario.earlier), clock).run()
    return Outcome(
        record=record,
        gates=tuple(_ruled(gate, record, ground.gate, scenario) for gate in record.gates),
        episodes=player.played,
        asked=proposer.asked,
        seconds=clock.monotonic(),
        busy_s=player.busy_s,
    )


def _ruled(gate: GateRecord, record: CampaignRecord, places: tuple[Place, ...], scenario: Scenario) -> Ruled:
    candidate = next(each.bundle for each in record.candidates if each.number == gate.candidate)
    if candidate is None:
        raise AssertionError("what entered a gate has texts")
    gain = scenario.world.gain(gate.champion, candidate, places, scenario.spec.metric)
    return Ruled(record=gate, gain=gain)
