"""Vote: the answer that most members gave, verbatim."""

from collections.abc import Sequence

from wardian.base.fused import Answer, DecidedBy
from wardian.fusion.call import FusionCall
from wardian.fusion.collection import Collected, collect
from wardian.fusion.judging.judge import Judge
from wardian.fusion.modes.best_of import chosen
from wardian.fusion.modes.mode import Outcome, nobody
from wardian.fusion.seats import Seat
from wardian.fusion.tally import Count, Foregone
from wardian.specs.fusion.modes import VoteSpec

__all__ = ["Vote"]


class Vote:
    """Weighted plurality. It ends as soon as the leader cannot be overtaken.

    Args:
        spec: the fusion's.
        seats: who votes.
        judge: decides where the vote does not, if the config says so.
        heir: is asked where the vote does not decide, if the config says so.
    """

    def __init__(
        self, spec: VoteSpec, seats: Sequence[Seat], judge: Judge | None = None, heir: Seat | None = None
    ) -> None:
        self._spec = spec
        self._seats = seats
        self._judge = judge
        self._heir = heir

    async def settle(self, call: FusionCall) -> Outcome:
        """The plurality's answer; where there is none, that of whoever decides then."""
        foregone = Foregone(self._seats, self._spec.min_share)
        collected = await collect(call, self._seats, self._spec.collect, decided=foregone)
        if not collected.usable:
            raise nobody(call.request.model, collected.answers)
        count = Count(collected.usable)
        if count.won(self._spec.min_share):
            return Outcome.verbatim(count.leader, count.decision(_by(count, collected)), "vote", collected.ended)
        return await self._undecided(call, count, collected)

    async def _undecided(self, call: FusionCall, count: Count, collected: Collected) -> Outcome:
        answer, decision = count.leader, count.decision("prior")
        if self._spec.undecided == "judge" and self._judge is not None:
            answer, judged = await chosen(call, self._judge, count.favourites(self._spec.min_share))
            verdict = {name: getattr(judged, name) for name in ("verdicts", "confidence", "order_conflict")}
            decision = count.decision(judged.by, answer.seat).model_copy(update=verdict)
        elif self._heir is not None and (said := await self._escalated(call, self._heir)) is not None:
            answer, decision = said, count.decision("escalation", said.seat)
        return Outcome.verbatim(answer, decision, "vote", collected.ended)

    async def _escalated(self, call: FusionCall, heir: Seat) -> Answer | None:
        said = await call.ask(heir, round_=1)
        call.check()
        if said.ok:
            return said
        call.degrade("escalation_failed")
        return None


def _by(count: Count, collected: Collected) -> DecidedBy:
    if len(collected.usable) == 1:
        return "only"
    return "agreement" if count.unanimous else "vote"
