"""Turns with tools: of several proposals exactly one is committed, and only that is ever executed."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from wardian.base.errors import ModelError
from wardian.base.fused import Answer, AnswerState, DecidedBy, Decision
from wardian.base.messages import Message, ToolCall
from wardian.fusion.actions import tool_names
from wardian.fusion.call import FusionCall
from wardian.fusion.judging.judge import Judge
from wardian.fusion.modes.best_of import chosen
from wardian.fusion.modes.mode import FusionMode, Outcome, nobody
from wardian.fusion.scopes import Proposals, Scoped, only_reads
from wardian.fusion.seats import Seat
from wardian.fusion.tally import Count
from wardian.specs.fusion.modes import Mode, PanelFusion

__all__ = ["LastResort", "ToolTurns"]

Answers = tuple[Answer, ...]
SAID: Final[frozenset[AnswerState]] = frozenset({"invalid", "truncated", "refused", "empty"})
"""States of those who answered, but not in a way that counts."""


class ToolTurns:
    """Decides what is done; what is said is left to the fusion's mode.

    The first that holds: more than half of the votes are for one action; more than half are for one set of tools, and
    among those proposals the mode decides; a judge compares whole proposals, or without one the plurality wins.
    Arguments are never merged. Where the final answer wins, its texts go through the mode, without asking again.

    Args:
        spec: the fusion's.
        seats: the panel.
        mode: the fusion's mode for a part of the panel.
        judge: who compares, where there is one.
    """

    def __init__(
        self,
        spec: PanelFusion,
        seats: Sequence[Seat],
        mode: Callable[[Sequence[Seat]], FusionMode],
        judge: Judge | None = None,
    ) -> None:
        self._spec = spec
        self._seats = seats
        self._mode = mode
        self._judge = judge
        self._whole = mode(seats)
        self._scoped = Scoped(spec, seats)

    async def settle(self, call: FusionCall) -> Outcome:
        """What this turn says or does; without tools it is the mode's alone.

        Raises:
            ModelError: when no member answered, or one's that ends the fusion.
        """
        if not call.request.tools:
            return await self._whole.settle(call)
        proposals = await self._scoped.propose(call)
        collected = proposals.collected
        call.stand(collected.answers)
        if not collected.usable:
            raise nobody(call.request.model, collected.answers)
        outcome = await self._decided(call, proposals)
        return replace(outcome, ended=collected.ended)

    async def _decided(self, call: FusionCall, proposals: Proposals) -> Outcome:
        usable = proposals.collected.usable
        count = Count(usable)
        if not proposals.whole:
            by: DecidedBy = "only" if len(usable) == 1 else "probe"
            return Outcome.verbatim(count.leader, count.decision(by), self._spec.mode)
        if self._won(count) and tool_names(count.leader.message):
            return Outcome.verbatim(count.leader, count.decision("agreement" if count.unanimous else "vote"), "vote")
        alike = _with_the_same_tools(usable)
        if alike and not tool_names(alike[0].message):
            return await self._among(alike).settle(call)
        candidates = alike or usable
        if self._spec.union and all(
            tool_names(each.message) and only_reads(each.message, call.request) for each in candidates
        ):
            return _union(candidates, call, count)
        outcome = await self._compared(call, candidates)
        return _by_tools(outcome) if 0 < len(alike) < len(usable) else outcome

    async def _compared(self, call: FusionCall, candidates: Answers) -> Outcome:
        """One of the proposals, whole."""
        if self._spec.mode in ("vote", "best_of"):
            return await self._among(candidates).settle(call)
        if self._judge is not None:
            best, decision = await chosen(call, self._judge, candidates)
            return Outcome.verbatim(best, decision, "best_of")
        count = Count(candidates)
        return Outcome.verbatim(count.leader, count.decision("vote"), "vote")

    def _won(self, count: Count) -> bool:
        return count.share > 1 / 2 and count.won(self._spec.min_share if self._spec.mode == "vote" else 0.0)

    def _among(self, answers: Answers) -> FusionMode:
        """The mode with these members alone: their answers stand, and nobody is asked again."""
        names = {answer.seat for answer in answers}
        return self._mode([seat for seat in self._seats if seat.name in names])


class LastResort:
    """Lets an answer through that does not count, where there is no other: one model alone would have given it as well.

    The environment says what is wrong with a call that cannot be made, and the members go on from there. Otherwise the
    episode would end here with nobody to blame, and be played again on resume for ever.

    Args:
        turns: of the fusion.
        mode: its mode.
    """

    def __init__(self, turns: FusionMode, mode: Mode) -> None:
        self._turns = turns
        self._mode = mode

    async def settle(self, call: FusionCall) -> Outcome:
        """What the turns settle on.

        Raises:
            ModelError: when no member answered, or one's that ends the fusion.
        """
        try:
            return await self._turns.settle(call)
        except ModelError as error:
            first = next((answer for answer in call.answers if answer.state in SAID and answer.role == "member"), None)
            if error.kind != "all_members_failed" or first is None or not call.request.tools:
                raise
        call.degrade("no_valid_action")
        return Outcome.verbatim(first, Decision(by="prior", winner=first.seat), self._mode)


def _with_the_same_tools(usable: Answers) -> Answers:
    """Those who together have more than half of the votes and call the same tools, or none; empty if there are none."""
    groups: dict[tuple[str, ...], list[Answer]] = {}
    for answer in usable:
        groups.setdefault(tool_names(answer.message), []).append(answer)
    half = sum(answer.weight for answer in usable) / 2
    return tuple(next((each for each in groups.values() if sum(answer.weight for answer in each) > half), ()))


def _by_tools(outcome: Outcome) -> Outcome:
    """The same, where the tools settled who was compared and nobody had to judge."""
    decision = outcome.decision
    if decision.by not in ("vote", "agreement", "only", "prior"):
        return outcome
    return replace(outcome, decision=decision.model_copy(update={"by": "tool_names"}))


def _union(candidates: Answers, call: FusionCall, count: Count) -> Outcome:
    """All calls of all proposals, each once."""
    actions = call.agreement.actions
    calls: dict[bytes | None, ToolCall] = {}
    for made in (made for answer in candidates if answer.message for made in answer.message.tool_calls):
        calls.setdefault(actions.call(made, call.request), made)
    message = Message(role="assistant", tool_calls=tuple(calls.values()))
    decision = count.decision("union").model_copy(update={"winner": "", "share": None})
    return Outcome(message, "tool_calls", decision, "vote")
