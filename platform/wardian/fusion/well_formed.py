"""Of equal proposals, one that needs no reading of ours: an environment may be stricter than we are."""

from collections.abc import Iterable
from dataclasses import replace

from wardian.base.fused import Answer
from wardian.fusion.call import FusionCall
from wardian.fusion.modes.mode import FusionMode, Outcome

__all__ = ["WellFormed"]


class WellFormed:
    """Commits a proposal that fits the tools' schemas as it was written, where an equal one does.

    Args:
        turns: who decides what is done.
    """

    def __init__(self, turns: FusionMode) -> None:
        self._turns = turns

    async def settle(self, call: FusionCall) -> Outcome:
        """What the turns settle on, in the words of whoever wrote it as the schemas say.

        Raises:
            ModelError: as the turns do.
        """
        outcome = await self._turns.settle(call)
        if call.agreement.actions.literal(outcome.message, call.request):
            return outcome
        proposals = [answer for answer in call.answers if answer.ok and answer.role == "member"]
        said = (answer for answer in proposals if answer.message == outcome.message)  # not what its seat said before
        winner = next((answer for answer in said if answer.seat == outcome.decision.winner), None)
        return outcome if winner is None else _rewritten(outcome, winner, proposals, call)


def _rewritten(outcome: Outcome, winner: Answer, proposals: Iterable[Answer], call: FusionCall) -> Outcome:
    fits = call.agreement.actions.literal
    for answer in proposals:
        if answer.key == winner.key and answer.message is not None and fits(answer.message, call.request):
            decision = outcome.decision.model_copy(update={"winner": answer.seat})
            finish = answer.finish or outcome.finish
            return replace(outcome, message=answer.message, finish=finish, decision=decision)
    return outcome
