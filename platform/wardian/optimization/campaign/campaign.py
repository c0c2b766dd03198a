"""A campaign: observe, diagnose, propose, race, gate, record, until it is done."""

import asyncio
from math import pi
from typing import Any

from wardian.base.bundle import Bundle
from wardian.base.clock import Clock
from wardian.base.dollars import total_usd
from wardian.base.errors import ConfigError
from wardian.optimization.board import Board
from wardian.optimization.campaign.charter import Charter, Crew
from wardian.optimization.campaign.hearing import Hearing, gate_pair
from wardian.optimization.campaign.lineage import Lineage
from wardian.optimization.campaign.preflight import preflight_of
from wardian.optimization.campaign.purse import Purse
from wardian.optimization.campaign.record import CampaignRecord, Expenses, GateRecord, StopReason
from wardian.optimization.evidence.evidence import Evidence
from wardian.optimization.ground import SEARCH, Ground
from wardian.optimization.search.generation import breed
from wardian.optimization.search.race import Race, Runner
from wardian.optimization.search.strategy import SearchState

__all__ = ["Campaign"]


class Campaign:
    """One campaign: a function of what it is given, for what is asked of the crew twice is answered alike.

    Args:
        charter: what it is for.
        ground: where it plays.
        crew: who does the work.
        lineage: what went before it.
        clock: for the time that it takes.

    Raises:
        ConfigError: when the budget is too small for one generation and its gate.
    """

    def __init__(self, charter: Charter, ground: Ground, crew: Crew, lineage: Lineage, clock: Clock) -> None:
        self._charter = charter
        self._spec = charter.spec
        self._ground = ground
        self._crew = crew
        self._lineage = lineage
        self._clock = clock
        self._purse = Purse(charter.spec)
        if not self._purse.affords(least := self._purse.preflight + self._purse.race + self._purse.gate):
            raise ConfigError(f"refine.budget.episodes: {self._purse.left} is less than one gate may take: {least}")
        self._record = CampaignRecord(
            id=charter.id,
            prompt=charter.prompt,
            spec=charter.spec,
            started_at=charter.started_at,
            original=ground.champion,
            champion=ground.champion,
            metric_sha=charter.metric_sha,
            slots=crew.evaluator.slots,
        )

    async def run(self) -> CampaignRecord:
        """Play it to its end, or go on with one that was broken off: that is the same."""
        self._began = self._clock.monotonic()
        async with asyncio.TaskGroup() as group:
            self._board = Board(self._crew.evaluator, group)
            try:
                async with asyncio.timeout(self._spec.budget.wall_s):
                    await self._play()
            except TimeoutError:
                self._end("wall_clock", f"{self._spec.budget.wall_s:g} s are over")
        await self._note(stage="ended")
        return self._record

    async def _play(self) -> None:
        await self._preflight()
        while self._record.stop is None:
            evidence = await self._diagnose()
            while self._record.stop is None:
                promoted = await self._generation(evidence)
                if promoted:
                    break

    async def _preflight(self) -> None:
        champion = self._record.champion
        self._purse.pay(self._purse.preflight)
        hearing = Hearing(self._board, self._ground, champion, champion, SEARCH, rank=0)
        pairs = await hearing.all(self._spec.preflight)
        alpha = 0.4 * self._spec.gate.alpha * 6 / (pi * self._next_gate) ** 2
        found = preflight_of(pairs, self._spec, alpha=alpha, episodes=self._purse.campaign)
        await self._note(preflight=found, stage="observe")
        if found.pairs and 1.0 - found.success < self._spec.gate.delta_min:
            self._end("no_headroom", f"the champion has {found.success:.0%} already")

    async def _diagnose(self) -> tuple[Evidence, ...]:
        """Look at the champion's episodes, those of the preflight and more, for mistakes."""
        if self._record.stop is not None:
            return ()
        champion, draws = self._record.champion, self._spec.preflight + self._spec.observe
        places = [self._ground.draw(SEARCH, number) for number in range(draws)]
        pairs = [self._ground.pair(champion, champion, place, SEARCH, number) for number, place in enumerate(places)]
        own = [spec for spec, _ in pairs]
        twins = [twin for _, twin in pairs[: self._spec.preflight]] if champion == self._record.original else []
        order = self._board.order(0).add([*own, *twins])
        finished = {done.result.episode: done async for done in order}
        seen = [finished[spec.key] for spec in (*own, *twins) if finished[spec.key].result.missing is None]
        values = [value for done in seen if (value := done.result.values.get(self._spec.metric)) is not None]
        await self._note(stage="diagnose", observed=len(seen), success=sum(values) / len(values) if values else None)
        records = [await self._crew.evaluator.record(done) for done in seen]
        evidence = await self._crew.diagnostician.diagnose(records, self._spec.smallest_cluster)
        usable = tuple(
            each
            for each in evidence
            if each.counterfactual.holds is not False and each.failed >= self._spec.smallest_cluster
        )
        await self._note(stage="propose", evidence=evidence)
        if not usable:
            self._end("no_evidence", f"no mistake in {self._spec.smallest_cluster} episodes that an edit could mend")
        return usable

    async def _generation(self, evidence: tuple[Evidence, ...]) -> bool:
        """Propose, race and gate once; whether there is a new champion."""
        number = max((each.generation for each in self._record.candidates), default=0) + 1
        if number > self._spec.search.generations:
            reason: StopReason = "gates" if self._record.gates else "no_candidate"
            self._end(reason, f"{number - 1} generations are over")
            return False
        if not self._purse.affords(self._purse.race + self._purse.gate):
            self._end("budget", f"{self._purse.left} episodes are left, a gate may take {self._purse.gate}")
            return False
        state = SearchState(
            champion=self._record.champion,
            components=self._spec.components,
            evidence=evidence,
            generation=number,
            asked=len(self._record.candidates),
        )
        assignments = self._crew.strategy.ask(state, self._spec.search.candidates)
        if not assignments:
            self._end("no_candidate", "nothing is left to try")
            return False
        race = Race(self._board, self._ground, self._spec.metric, self._spec.race.rungs)
        tried = [each.bundle.sha for each in self._record.candidates if each.bundle is not None]
        generation = await breed(number, self._record.champion, assignments, self._crew.proposer, race, tried)
        self._purse.pay(self._purse.race)
        self._crew.strategy.tell(generation.raced)
        gate = self._next_gate if generation.finalist else None
        await self._note(stage="gate", candidates=(*self._record.candidates, *generation.records(gate)))
        return generation.finalist is not None and await self._gate(generation.finalist)

    async def _gate(self, finalist: Runner) -> bool:
        spec, champion, candidate = self._spec.gate, self._record.champion, finalist.candidate.bundle
        number = self._next_gate
        namespace = f"gate/{number}"
        gate = self._crew.gate(spec, self._spec.metric, number, namespace, champion, candidate)
        hearing = Hearing(self._board, self._ground, champion, candidate, namespace)
        verdict = await hearing.verdict(gate, spec.pairs, self._ahead)
        self._purse.pay(2 * min(spec.pairs, len(hearing.pairs) + self._ahead))
        if verdict is None:
            raise AssertionError("a gate has a verdict after its last pair")
        kept = GateRecord(
            verdict=verdict,
            champion=champion,
            candidate=finalist.number,
            curve=tuple(gate.curve),
            pairs=tuple(gate_pair(pair, self._spec.metric) for pair in hearing.pairs),
        )
        await self._note(gates=(*self._record.gates, kept))
        return await self._follow(kept, candidate)

    async def _follow(self, gate: GateRecord, candidate: Bundle) -> bool:
        """What a verdict leads to."""
        if gate.verdict.ruling != "promoted":
            rulings = [each.verdict.ruling for each in self._record.gates]
            if len(rulings) >= self._spec.futile and "promoted" not in rulings[-self._spec.futile :]:
                self._end("futile", f"{self._spec.futile} gates in a row without a promotion")
            return False
        await self._note(champion=candidate)
        if sum(each.verdict.ruling == "promoted" for each in self._record.gates) >= self._spec.promotions:
            self._end("promoted", gate.verdict.why)
        return True

    @property
    def _next_gate(self) -> int:
        return self._lineage.gates + len(self._record.gates) + 1

    @property
    def _ahead(self) -> int:
        return max(1, self._crew.evaluator.slots // 2)

    def _end(self, reason: StopReason, why: str) -> None:
        self._record = self._record.model_copy(update={"stop": reason, "why": why})

    async def _note(self, **changes: Any) -> None:
        """Keep what is new, and show it."""
        played = [finished.result for finished in self._board.finished.values()]
        expenses = Expenses(
            episodes=len(played),
            tokens=sum(result.tokens for result in played),
            agent_usd=total_usd(result.cost_usd for result in played),
            reflection_usd=total_usd(each.cost_usd for each in self._record.candidates),
        )
        told = {
            "expenses": expenses,
            "wall_s": self._charter.earlier_s + self._clock.monotonic() - self._began,
            "busy_s": sum(result.wall_s for result in played),
        }
        self._record = self._record.model_copy(update={**changes, **told})
        await self._crew.recorder.note(self._record)
