"""Analysis: the judge says what the answers agree and differ in, and a model answers by it (OpenRouter's shape)."""

from collections.abc import Sequence

from wardian.fusion.call import FusionCall
from wardian.fusion.collection import collect
from wardian.fusion.judging.analyst import analysed, named
from wardian.fusion.judging.fallback import fallback
from wardian.fusion.judging.judge import Judge
from wardian.fusion.judging.writer import Writer
from wardian.fusion.modes.best_of import mode_of
from wardian.fusion.modes.mode import Outcome, nobody
from wardian.fusion.seats import Seat
from wardian.fusion.tally import Count
from wardian.specs.fusion.modes import AnalysisSpec

__all__ = ["Analyse"]


class Analyse:
    """Panel, analyst, writer, one after the other; members that agree are analysed too.

    Args:
        spec: the fusion's.
        seats: who answers.
        judge: who analyses.
        writer: who writes; by default the judge.
    """

    def __init__(self, spec: AnalysisSpec, seats: Sequence[Seat], judge: Judge, writer: Seat | None = None) -> None:
        self._spec = spec
        self._seats = seats
        self._judge = judge
        self._writer = Writer(judge, seat=writer)

    async def settle(self, call: FusionCall) -> Outcome:
        """A new answer, and the analysis with the members' names; without an analysis, the answer all the same."""
        collected = await collect(call, self._seats, self._spec.collect)
        if not collected.usable:
            raise nobody(call.request.model, collected.answers)
        candidates = collected.usable
        if len(candidates) == 1:
            return Outcome.verbatim(candidates[0], Count(candidates).decision("only"), "analysis", collected.ended)
        lineup = self._judge.line_up(candidates)
        analysis = await analysed(call, self._judge, lineup)
        draft = await self._writer.write(call, lineup, analysis)
        decision = Count(candidates).decision("writer", "")
        if analysis is not None:
            decision = decision.model_copy(update={"analysis": named(analysis, lineup)})
        if not draft.fault:
            return Outcome.verbatim(draft.answer, decision, "analysis", collected.ended)
        call.degrade(draft.fault)
        best, by = fallback(candidates)
        instead = Count(candidates).decision(by, best.seat).model_copy(update={"analysis": decision.analysis})
        return Outcome.verbatim(best, instead, mode_of(instead), collected.ended)
