"""Best of: the answer that a judge likes best, verbatim."""

from collections.abc import Sequence

from wardian.base.fused import Answer, Decision
from wardian.fusion.call import FusionCall
from wardian.fusion.collection import collect
from wardian.fusion.judging.judge import Judge
from wardian.fusion.judging.lineup import prior
from wardian.fusion.judging.ranking import Ranking
from wardian.fusion.modes.mode import Outcome, nobody
from wardian.fusion.seats import Seat
from wardian.fusion.tally import Count
from wardian.fusion.verifiers import Verifiers
from wardian.specs.fusion.modes import BestOfSpec, Mode

__all__ = ["BestOf", "chosen", "judged", "mode_of"]


class BestOf:
    """Verifiers first; the judge only where more than one different answer is left.

    Args:
        spec: the fusion's.
        seats: who answers.
        judge: who compares.
    """

    def __init__(self, spec: BestOfSpec, seats: Sequence[Seat], judge: Judge) -> None:
        self._spec = spec
        self._seats = seats
        self._judge = judge
        self._verifiers = Verifiers(spec.verifiers)

    async def settle(self, call: FusionCall) -> Outcome:
        """The best member's message as it is, tool calls included."""
        collected = await collect(call, self._seats, self._spec.collect)
        if not collected.usable:
            raise nobody(call.request.model, collected.answers)
        candidates = self._verified(call, collected.usable)
        sifted = len(candidates) < len(collected.usable)
        best, decision = await chosen(call, self._judge, candidates)
        if sifted and decision.by == "only":
            decision = decision.model_copy(update={"by": "verifier"})
        return Outcome.verbatim(best, decision, mode_of(decision), collected.ended)

    def _verified(self, call: FusionCall, usable: tuple[Answer, ...]) -> tuple[Answer, ...]:
        """Those that pass; all of them where none does, for one has to answer."""
        passed = self._verifiers.sift(usable, call)
        if not passed:
            call.degrade("no_answer_verified")
        return passed or usable


async def chosen(call: FusionCall, judge: Judge, candidates: Sequence[Answer]) -> tuple[Answer, Decision]:
    """The best of `candidates` (at least one) and why; the judge is asked only where they differ.

    Raises:
        ModelError: as `FusionCall.check` does.
    """
    count = Count(candidates)
    best = prior(candidates)
    if count.unanimous:
        return best, count.decision("only" if len(candidates) == 1 else "agreement", best.seat)
    ranking = await judge.rank(call, candidates)
    best = ranking.best or best
    return best, judged(count.decision(ranking.by, best.seat), ranking)


def mode_of(decision: Decision) -> Mode:
    """What a choice among candidates really was."""
    return "vote" if decision.by == "vote" else "best_of"


def judged(decision: Decision, ranking: Ranking) -> Decision:
    """`decision` with what the judge said."""
    return decision.model_copy(
        update={
            "verdicts": ranking.verdicts,
            "confidence": ranking.confidence,
            "order_conflict": ranking.order_conflict,
        }
    )
