"""As long as one champion stays: generations of edits, and their gates."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from wardian.optimization.campaign.desk import Desk
from wardian.optimization.campaign.record import GateRecord, StopReason
from wardian.optimization.campaign.sitting import Sitting
from wardian.optimization.evidence.evidence import Evidence
from wardian.optimization.search.generation import Breeders, Generation, breed
from wardian.optimization.search.own_search import OwnSearch
from wardian.optimization.search.race import Race
from wardian.optimization.search.strategy import SearchState

__all__ = ["Reign"]


class Reign:
    """Searches for a better version than the champion, for the same mistakes.

    When a gate does not look like a promotion, the next generation is bred while it is heard, and its best has the
    first pairs of its own gate played in slots that are idle: as the champion most likely stays, that is what would
    come next. It comes to nothing when the champion goes after all.

    Args:
        desk: of the campaign.
        evidence: what is wrong with the champion.
    """

    def __init__(self, desk: Desk, evidence: tuple[Evidence, ...]) -> None:
        self._desk = desk
        self._evidence = evidence
        self._bred: asyncio.Task[Generation] | None = None
        self._sitting: Sitting | None = None

    async def run(self) -> None:
        """Until there is another champion, or the campaign ends."""
        books = self._desk.books
        async with asyncio.TaskGroup() as group:
            while books.record.stop is None:
                bred = self._bred or self._breed(group)
                if isinstance(bred, tuple):
                    books.end(*bred)
                elif await self._adopt(await bred, group):
                    break
            self._forget()

    def _breed(self, group: asyncio.TaskGroup) -> asyncio.Task[Generation] | tuple[StopReason, str]:
        """Begin the next generation, or say why there is none."""
        desk, record = self._desk, self._desk.books.record
        number = max((each.generation for each in record.candidates), default=0) + 1
        if number > desk.spec.search.rounds:
            return ("gates" if record.gates else "no_candidate"), "all generations are over"
        if not desk.purse.affords(desk.purse.race + desk.purse.least):
            return "budget", f"{desk.purse.left} episodes are left: too few for a race and its gate"
        state = self._state(number)
        if (breeding := self._breeding(state)) is None:
            return "no_candidate", "nothing is left to try"
        desk.purse.pay(desk.purse.race)
        return group.create_task(breeding)

    def _breeding(self, state: SearchState) -> Coroutine[Any, Any, Generation] | None:
        """Who makes the next generation: the search itself, or proposals and a race; None where nothing is left."""
        desk, strategy = self._desk, self._desk.crew.strategy
        if isinstance(strategy, OwnSearch):
            return strategy.breed(state, desk.ground, desk.board, desk.proposer)
        if not (assignments := strategy.ask(state, desk.spec.search.candidates)):
            return None
        race = Race(desk.board, desk.ground, desk.champion, desk.spec.metric, desk.spec.race.rungs)
        tried = {each.bundle.sha for each in desk.books.record.candidates if each.bundle is not None}
        breeders = Breeders(desk.champion, desk.proposer, race, frozenset({*tried, desk.champion.sha}))
        return breed(state.generation, assignments, breeders)

    def _state(self, number: int) -> SearchState:
        record = self._desk.books.record
        lost = {gate.candidate for gate in record.gates if gate.verdict.ruling != "promoted"}
        return SearchState(
            champion=self._desk.champion,
            components=self._desk.spec.components,
            evidence=self._evidence,
            generation=number,
            asked=len(record.candidates),
            lost=frozenset(each.bundle.sha for each in record.candidates if each.bundle and each.number in lost),
        )

    async def _adopt(self, generation: Generation, group: asyncio.TaskGroup) -> bool:
        """Take a generation to the books and its best to the gate; whether there is another champion."""
        desk, finalist, sitting = self._desk, generation.finalist, self._sitting
        self._bred = self._sitting = None
        desk.crew.strategy.tell(generation.raced)
        records = generation.records(desk.next_gate if finalist else None)
        stage = "gate" if finalist else "propose"
        await desk.books.note(stage=stage, candidates=(*desk.books.record.candidates, *records))
        if finalist is None:
            return False
        sitting = sitting or Sitting(desk, desk.next_gate, finalist)
        record = await sitting.hear(lambda: self._go_ahead(group))
        return await self._follow(record, sitting)

    def _go_ahead(self, group: asyncio.TaskGroup) -> None:
        """Breed the next generation before the gate is decided; once."""
        if self._bred is None:
            bred = self._breed(group)
            if isinstance(bred, asyncio.Task):
                self._bred = bred
                group.create_task(self._rehearse(bred, self._desk.next_gate + 1))

    async def _rehearse(self, bred: asyncio.Task[Generation], number: int) -> None:
        generation = await bred
        if bred is self._bred and generation.finalist is not None:
            self._sitting = Sitting(self._desk, number, generation.finalist)
            self._sitting.rehearse()

    async def _follow(self, gate: GateRecord, sitting: Sitting) -> bool:
        """What a verdict leads to."""
        books, spec = self._desk.books, self._desk.spec
        books.hearing = None
        gates = (*books.record.gates, gate.model_copy(update={"evidence": self._answered(gate.candidate)}))
        if gate.verdict.ruling != "promoted":
            rulings = [each.verdict.ruling for each in gates]
            if len(rulings) >= spec.futile and "promoted" not in rulings[-spec.futile :]:
                books.end("futile", f"{spec.futile} gates in a row without a promotion")
            await books.note(gates=gates)
            return False
        if sum(each.verdict.ruling == "promoted" for each in gates) >= spec.promotions:
            books.end("promoted", gate.verdict.why)
        await books.note(gates=gates, champion=sitting.finalist.candidate.bundle)
        return True

    def _answered(self, number: int) -> Evidence | None:
        """What a candidate was made for."""
        cluster = next(each.cluster for each in self._desk.books.record.candidates if each.number == number)
        return next((each for each in self._evidence if each.name == cluster), None)

    def _forget(self) -> None:
        """What was begun for the next gate is not wanted any more; it was paid for all the same."""
        if self._bred is not None:
            self._bred.cancel()
            self._desk.purse.pay(2 * self._desk.purse.rehearsed)
        if self._sitting is not None:
            self._sitting.call_off()
        self._bred = self._sitting = None
