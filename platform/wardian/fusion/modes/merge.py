"""Merge: a new answer that is written out of all."""

from collections.abc import Sequence

from wardian.base.analysis import Analysis
from wardian.base.fused import Answer, Verdict
from wardian.fusion.call import FusionCall
from wardian.fusion.collection import Collected, collect
from wardian.fusion.judging.analyst import analysed, named
from wardian.fusion.judging.fallback import fallback
from wardian.fusion.judging.judge import Judge
from wardian.fusion.judging.lineup import Lineup
from wardian.fusion.judging.writer import Draft, Fault, Writer
from wardian.fusion.modes.best_of import chosen, mode_of
from wardian.fusion.modes.mode import Outcome, nobody
from wardian.fusion.seats import Seat
from wardian.fusion.tally import Count
from wardian.fusion.verifiers import Verifiers
from wardian.specs.fusion.modes import MergeSpec

__all__ = ["Merge"]

UNREACHABLE: frozenset[Fault] = frozenset({"writer_failed", "writer_skipped_budget"})
"""Nobody asks the same judge again then."""


class Merge:
    """The judge writes, unless all agree; what it writes must be valid, and where a guard stands, no worse.

    Args:
        spec: the fusion's.
        seats: who answers.
        judge: who compares and writes.
    """

    def __init__(self, spec: MergeSpec, seats: Sequence[Seat], judge: Judge) -> None:
        self._spec = spec
        self._seats = seats
        self._judge = judge
        self._writer = Writer(
            judge, Verifiers(spec.verifiers), inline=spec.analysis == "inline", instructions=spec.instructions
        )

    async def settle(self, call: FusionCall) -> Outcome:
        """The merged answer; a member's where all say the same, and the best one's where there is none."""
        collected = await collect(call, self._seats, self._spec.collect)
        if not collected.usable:
            raise nobody(call.request.model, collected.answers)
        candidates = collected.usable
        if Count(candidates).unanimous:
            best, decision = await chosen(call, self._judge, candidates)
            return Outcome.verbatim(best, decision, "merge", collected.ended)
        lineup = self._judge.line_up(candidates)
        analysis = await self._analysis(call, lineup)
        draft = await self._writer.write(call, lineup, analysis)
        if draft.fault:
            return await self._instead(call, draft, collected)
        duels = await self._duels(call, draft, candidates)
        if _lost(draft, duels):
            return self._rejected(call, collected, duels)
        decision = Count(candidates).decision("merge", "").model_copy(update={"verdicts": duels})
        if analysis is not None:
            decision = decision.model_copy(update={"analysis": named(analysis, lineup)})
        return Outcome.verbatim(draft.answer, decision, "merge", collected.ended)

    async def _analysis(self, call: FusionCall, lineup: Lineup) -> Analysis | None:
        if self._spec.analysis != "separate":
            return None
        return await analysed(call, self._judge, lineup)

    async def _instead(self, call: FusionCall, draft: Draft, collected: Collected) -> Outcome:
        """The best candidate, for a merged answer that cannot be given."""
        call.degrade(draft.fault)
        candidates = collected.usable
        if draft.fault in UNREACHABLE:
            best, by = fallback(candidates)
            decision = Count(candidates).decision(by, best.seat)
        else:
            best, decision = await chosen(call, self._judge, candidates)
        return Outcome.verbatim(best, decision, mode_of(decision), collected.ended)

    async def _duels(self, call: FusionCall, draft: Draft, candidates: Sequence[Answer]) -> tuple[Verdict, ...]:
        """Where there is a guard: the merged answer against the candidate that most speak for, both ways."""
        if not self._spec.guard:
            return ()
        top, _ = fallback(candidates)
        return await self._judge.duel(call, (draft.answer, top), "guard")

    def _rejected(self, call: FusionCall, collected: Collected, duels: tuple[Verdict, ...]) -> Outcome:
        """That candidate, for a merged answer that lost against it."""
        call.degrade("merge_rejected")
        top, _ = fallback(collected.usable)
        decision = Count(collected.usable).decision("judge", top.seat).model_copy(update={"verdicts": duels})
        return Outcome.verbatim(top, decision, "best_of", collected.ended)


def _lost(draft: Draft, duels: Sequence[Verdict]) -> bool:
    """Whether all verdicts that there are prefer the other one."""
    return bool(duels) and all(duel.ranking and duel.ranking[0] != draft.answer.seat for duel in duels)
