"""As long as one champion stays: generations of edits, and their gates."""

import asyncio
from math import ceil

from wardian.optimization.campaign.desk import Desk
from wardian.optimization.campaign.hearing import Hearing, gate_pair
from wardian.optimization.campaign.record import GatePair, GateRecord, StopReason
from wardian.optimization.campaign.trend import Trend
from wardian.optimization.evidence.evidence import Evidence
from wardian.optimization.gate.verdict import GateVerdict
from wardian.optimization.pairs import Pair
from wardian.optimization.proposals.proposer import Assignment
from wardian.optimization.search.generation import Breeders, Generation, breed
from wardian.optimization.search.race import Race
from wardian.optimization.search.runner import Runner
from wardian.optimization.search.strategy import SearchState

__all__ = ["Reign"]

DOUBT = 24
"""Pairs of a gate before anybody doubts that it will promote."""
CAUTION = 0.75
"""Of the pairs that a gate seems to need still, so many are begun at once."""
LEAST = 8
"""One in so many slots has a pair of the gate in any case."""


class Reign:
    """Searches for a better version than the champion, for the same mistakes.

    While a gate is not yet decided and does not look like a promotion, the next generation is bred: as the champion
    most likely stays, it is the one that would come next. It comes to nothing when the champion goes after all.

    Args:
        desk: of the campaign.
        evidence: what is wrong with the champion.
    """

    def __init__(self, desk: Desk, evidence: tuple[Evidence, ...]) -> None:
        self._desk = desk
        self._evidence = evidence
        self._next: asyncio.Task[Generation] | None = None

    async def run(self) -> None:
        """Until there is another champion, or the campaign ends."""
        books = self._desk.books
        async with asyncio.TaskGroup() as group:
            while books.record.stop is None:
                if self._next is None and (refusal := self._breed(group)) is not None:
                    books.end(*refusal)
                    break
                assert self._next is not None
                generation, self._next = await self._next, None
                if await self._adopt(generation, group):
                    break
            if self._next is not None:
                self._next.cancel()

    def _breed(self, group: asyncio.TaskGroup) -> tuple[StopReason, str] | None:
        """Begin the next generation, or say why there is none."""
        desk, record = self._desk, self._desk.books.record
        number = max((each.generation for each in record.candidates), default=0) + 1
        if number > desk.spec.search.generations:
            reason: StopReason = "gates" if record.gates else "no_candidate"
            return reason, f"{number - 1} generations are over"
        if not desk.purse.affords(desk.purse.race + desk.purse.gate):
            return "budget", f"{desk.purse.left} episodes are left: too few for a race and a gate"
        if not (assignments := self._assignments(number)):
            return "no_candidate", "nothing is left to try"
        desk.purse.pay(desk.purse.race)
        race = Race(desk.board, desk.ground, desk.champion, desk.spec.metric, desk.spec.race.rungs)
        tried = {each.bundle.sha for each in record.candidates if each.bundle is not None}
        breeders = Breeders(desk.champion, desk.crew.proposer, race, frozenset({*tried, desk.champion.sha}))
        self._next = group.create_task(breed(number, assignments, breeders))
        return None

    def _assignments(self, number: int) -> list[Assignment]:
        state = SearchState(
            champion=self._desk.champion,
            components=self._desk.spec.components,
            evidence=self._evidence,
            generation=number,
            asked=len(self._desk.books.record.candidates),
        )
        return list(self._desk.crew.strategy.ask(state, self._desk.spec.search.candidates))

    async def _adopt(self, generation: Generation, group: asyncio.TaskGroup) -> bool:
        """Take a generation to the books and its best to the gate; whether there is another champion."""
        desk, finalist = self._desk, generation.finalist
        desk.crew.strategy.tell(generation.raced)
        records = generation.records(desk.next_gate if finalist else None)
        stage = "gate" if finalist else "propose"
        await desk.books.note(stage=stage, candidates=(*desk.books.record.candidates, *records))
        return finalist is not None and await self._gate(finalist, group)

    async def _gate(self, finalist: Runner, group: asyncio.TaskGroup) -> bool:
        desk, spec, metric = self._desk, self._desk.spec.gate, self._desk.spec.metric
        champion, candidate, number = desk.champion, finalist.candidate.bundle, desk.next_gate
        gate = desk.crew.gate(spec, metric, number, f"gate/{number}", champion, candidate)
        hearing = Hearing(desk.board, desk.ground, champion, candidate, f"gate/{number}")
        trend = Trend(spec, number)

        def told(pair: Pair) -> int:
            """How far to go ahead behind this pair; breeds the next generation once the gate looks hopeless."""
            if (difference := pair.difference(metric)) is not None:
                trend.add(difference)
            if self._next is None and trend.pairs >= DOUBT and trend.hopeless:
                self._breed(group)
            least = ceil(desk.ahead / LEAST)
            return int(min(desk.ahead, max(least, CAUTION * trend.left)))

        desk.purse.pay(desk.purse.gate)
        verdict = await hearing.verdict(gate, spec.pairs, told)
        assert verdict is not None
        desk.purse.pay(-2 * max(0, spec.pairs - len(hearing.pairs) - desk.ahead))
        record = GateRecord(
            verdict=verdict,
            champion=champion,
            candidate=finalist.number,
            curve=tuple(gate.curve),
            pairs=tuple(gate_pair(pair, metric) for pair in hearing.pairs),
        )
        return await self._follow(record, finalist)

    async def _follow(self, gate: GateRecord, finalist: Runner) -> bool:
        """What a verdict leads to."""
        books, spec = self._desk.books, self._desk.spec
        if gate.verdict.ruling != "promoted":
            await books.note(gates=(*books.record.gates, gate))
            rulings = [each.verdict.ruling for each in books.record.gates]
            if len(rulings) >= spec.futile and "promoted" not in rulings[-spec.futile :]:
                books.end("futile", f"{spec.futile} gates in a row without a promotion")
            return False
        await books.note(gates=(*books.record.gates, gate), champion=finalist.candidate.bundle)
        if sum(each.verdict.ruling == "promoted" for each in books.record.gates) >= spec.promotions:
            books.end("promoted", gate.verdict.why)
        return True
