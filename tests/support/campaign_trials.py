"""Campaigns in a numeric world, on virtual time."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from wardian.base.virtual_time import VirtualTimeLoop
from wardian.optimization.campaign.campaign import Campaign
from wardian.optimization.campaign.charter import Charter, Crew
from wardian.optimization.campaign.lineage import Lineage
from wardian.optimization.campaign.record import CampaignRecord
from wardian.optimization.evidence.diagnostician import Diagnostician
from wardian.optimization.gate.pair_gate import PairGate
from wardian.optimization.proposals.proposer import Proposer
from wardian.optimization.search.own_search import OwnSearch
from wardian.optimization.search.pareto import AsyncParetoSearch
from wardian.optimization.search.strategy import SearchStrategy
from wardian.optimization.selfcheck.ledger import Ledger
from wardian.optimization.selfcheck.loop_clock import LoopClock
from wardian.optimization.selfcheck.luck import Luck
from wardian.optimization.selfcheck.people import SimulatedDiagnostician, SimulatedProposer
from wardian.optimization.selfcheck.player import WorldPlayer
from wardian.optimization.selfcheck.traits import CHAMPION
from wardian.optimization.selfcheck.world import AGENT, World
from wardian.optimization.split import ground_of
from wardian.specs.refinement import RefineSpec

SPEC = RefineSpec.model_validate({"reflection": {"model": "sim/reflection"}})


@dataclass
class Watcher:
    """Keeps all that it was shown."""

    seen: list[CampaignRecord] = field(default_factory=list)

    async def note(self, record: CampaignRecord) -> None:
        self.seen.append(record)


@dataclass
class Trial:
    """One campaign that may be broken off and go on; the ledger is all that stays."""

    habits: dict[str, float]
    seed: int = 0
    spec: RefineSpec = SPEC
    world: World = field(default_factory=lambda: World(seed=0))
    slots: int = 64
    lineage: Lineage = field(default_factory=Lineage)
    ledger: Ledger = field(default_factory=Ledger)
    watcher: Watcher = field(default_factory=Watcher)
    diagnostician: Diagnostician = field(default_factory=SimulatedDiagnostician)
    proposer: Proposer | None = None
    search: Callable[[], SearchStrategy | OwnSearch] | None = None
    played: int = 0
    """Episodes that were begun, all parts together."""
    asked: int = 0
    seconds: float = 0.0

    def run(self, until_s: float | None = None) -> CampaignRecord:
        """Play it, or go on; broken off after `until_s` seconds.

        Raises:
            TimeoutError: it was broken off.
        """
        with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
            return runner.run(self._run(until_s))

    async def _run(self, until_s: float | None) -> CampaignRecord:
        clock, world = LoopClock(), self.world.model_copy(update={"seed": self.seed})
        player = WorldPlayer(Luck(world), clock, self.slots, self.ledger)
        proposer = SimulatedProposer(self.seed, self.habits, self.ledger, clock)
        search = self.search() if self.search else AsyncParetoSearch(self.seed)
        crew = Crew(player, self.diagnostician, self.proposer or proposer, search, PairGate, self.watcher)
        charter = Charter(
            id="trial", prompt="shop.support", spec=self.spec, before=next(reversed(self.watcher.seen), None)
        )
        ground = ground_of(self.seed, charter.id, AGENT, CHAMPION, world.places)
        campaign = Campaign(charter, ground, crew, self.lineage, clock)
        try:
            async with asyncio.timeout(until_s):
                return await campaign.run()
        finally:
            self.played += player.played
            self.asked += proposer.asked
            self.seconds += clock.monotonic()
