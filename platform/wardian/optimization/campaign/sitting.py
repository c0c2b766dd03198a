"""One gate, from its first pair to its record."""

from collections.abc import Callable

from wardian.base.bundle import Bundle
from wardian.optimization.campaign.desk import Desk
from wardian.optimization.campaign.hearing import Hearing, gate_pair
from wardian.optimization.campaign.record import GatePair, GateRecord
from wardian.optimization.campaign.trend import Trend
from wardian.optimization.gate.gate import Gate
from wardian.optimization.gate.verdict import GateVerdict
from wardian.optimization.pairs import Pair
from wardian.optimization.search.runner import Runner

__all__ = ["Sitting"]

SPARE = 2
"""Behind everything else: for slots that would be idle."""
CAUTION = 0.3
"""Of the pairs that a gate seems to need still, so many are begun at once."""
AHEAD = 32
"""And no more than that: as many as 64 slots play. A fixed number, for the budget is reckoned from what was begun."""
HOPELESS = 128
"""The same of a gate that does not look like a promotion: it comes to its end whatever they cost."""
NEAR = 4
"""Pairs that may be begun behind those that were told, however near the end seems to be."""


class Sitting:
    """A finalist before its gate.

    Args:
        desk: of the campaign.
        number: of the gate in the lineage.
        finalist: who wants to be champion.
    """

    def __init__(self, desk: Desk, number: int, finalist: Runner) -> None:
        self.finalist = finalist
        self._desk = desk
        self._number = number
        self._seeds = f"gate/{number}"
        self._champion = desk.champion
        self._hearing = Hearing(desk.board, desk.ground, self._champion, self._candidate, self._seeds)

    @property
    def _candidate(self) -> Bundle:
        return self.finalist.candidate.bundle

    def rehearse(self) -> None:
        """Have the first pairs played where slots would be idle, in case that it comes to this gate."""
        self._hearing.begin(self._desk.purse.rehearsed, SPARE)

    def call_off(self) -> None:
        """It does not come to this gate."""
        self._hearing.close()

    async def hear(self, hopeless: Callable[[], None]) -> GateRecord:
        """Play pairs until there is a verdict; `hopeless` is called when that does not look like a promotion."""
        desk, spec, metric = self._desk, self._desk.purse.gate_spec, self._desk.spec.metric
        gate = desk.crew.gate(spec, metric, self._number, self._seeds, self._champion, self._candidate)
        trend = Trend(spec, self._number, metric)

        def told(pair: Pair) -> int:
            """How many pairs to begin ahead: fewer the nearer the end is, for those behind it are for nothing."""
            if (difference := pair.difference(metric)) is not None:
                trend.add(difference)
            if trend.hopeless:
                hopeless()
            return int(min(HOPELESS if trend.hopeless else AHEAD, max(NEAR, CAUTION * trend.left)))

        desk.purse.pay(2 * (spec.pairs + spec.audit))
        desk.books.hearing = lambda: self._record(gate, gate.stop("time is over"))
        self._hearing.urge()
        verdict = await self._hearing.verdict(gate, spec.pairs, told)
        desk.purse.pay(-2 * (spec.pairs - self._hearing.begun))
        record = self._record(gate, verdict)
        return await self._audited(record) if spec.audit else record

    def _record(self, gate: Gate, verdict: GateVerdict) -> GateRecord:
        return GateRecord(
            verdict=verdict,
            champion=self._champion,
            candidate=self.finalist.number,
            curve=tuple(gate.curve),
            pairs=tuple(gate_pair(pair, self._desk.spec.metric) for pair in self._hearing.pairs),
        )

    async def _audited(self, record: GateRecord) -> GateRecord:
        """With a second look at the gain, on seeds of its own, if it was promoted."""
        desk, draws = self._desk, self._desk.spec.gate.audit
        if record.verdict.ruling != "promoted":
            desk.purse.pay(-2 * draws)
            return record
        desk.books.hearing = lambda: record
        await desk.books.note(stage="audit")
        hearing = Hearing(desk.board, desk.ground, self._champion, self._candidate, f"audit/{self._number}")
        pairs = await hearing.all(draws)
        found = [difference for pair in pairs if (difference := pair.difference(desk.spec.metric)) is not None]
        audit: tuple[GatePair, ...] = tuple(gate_pair(pair, desk.spec.metric) for pair in pairs)
        delta = sum(found) / len(found) if found else None
        return record.model_copy(update={"audit": audit, "audit_delta": delta})
