"""Debate: who dissents hears the others, and may change its mind."""

from collections.abc import Mapping, Sequence
from typing import Final

from wardian.base.fused import Answer, DecidedBy, Decision
from wardian.fusion.call import FusionCall
from wardian.fusion.collection import Collected, collect
from wardian.fusion.debating.debater import debater
from wardian.fusion.judging.judge import Judge
from wardian.fusion.judging.lineup import prior
from wardian.fusion.modes.best_of import judged
from wardian.fusion.modes.mode import Outcome, nobody
from wardian.fusion.seats import Seat
from wardian.fusion.tally import Count
from wardian.specs.fusion.modes import DebateSpec

__all__ = ["Debate"]

FORGOTTEN: Final = 1e-6
"""The weight of a position that nobody holds any more: the judge may still choose it, a vote does not."""


class Debate:
    """A blind round, then rounds in which dissenters hear the other positions.

    Args:
        spec: the fusion's.
        seats: who debates.
        judge: who decides between all positions that were ever held; without one, the last round's votes do.
    """

    def __init__(self, spec: DebateSpec, seats: Sequence[Seat], judge: Judge | None) -> None:
        self._spec = spec
        self._seats = seats
        self._judge = judge

    async def settle(self, call: FusionCall) -> Outcome:
        """The answer after the last round; always with what a vote over the first would have been."""
        blind = await collect(call, self._seats, self._spec.collect)
        if not blind.usable:
            raise nobody(call.request.model, blind.answers)
        count = Count(blind.usable)
        if count.unanimous:
            best = prior(blind.usable)
            decision = count.decision("only" if len(blind.usable) == 1 else "agreement", best.seat)
            return self._outcome(best, decision, "debate", blind)
        standing = await self._debated(call, blind.usable)
        best, decision = await self._decided(call, blind.usable, standing)
        mode = "vote" if self._judge is not None and decision.by == "vote" else "debate"
        return self._outcome(best, decision, mode, blind)

    async def _debated(self, call: FusionCall, blind: Sequence[Answer]) -> dict[str, Answer]:
        """Everybody's answer by their seat, after the rounds."""
        standing = {answer.seat: answer for answer in blind}
        for round_ in range(1, self._spec.rounds + 1):
            dissenting = _dissenting(standing)
            if not dissenting:
                break
            debaters = [
                debater(seat, standing[seat.name], _others(standing, seat.name), round_, self._spec)
                for seat in self._seats
                if seat.name in dissenting
            ]
            heard = await collect(call, debaters, self._spec.collect, request=call.request, round_=round_)
            standing |= {answer.seat: answer for answer in heard.usable}
        return standing

    async def _decided(
        self, call: FusionCall, blind: Sequence[Answer], standing: Mapping[str, Answer]
    ) -> tuple[Answer, Decision]:
        final = tuple(standing.values())
        if self._judge is None:
            best = _voted(blind, final)
            return best, _why(final, best, "vote")
        positions = _positions(blind, final)
        ranking = await self._judge.rank(call, [shown for shown, _ in positions])
        best = next(answer for shown, answer in positions if shown is ranking.best)
        return best, judged(_why(final, best, ranking.by), ranking)

    def _outcome(self, best: Answer, decision: Decision, mode: str, blind: Collected) -> Outcome:
        round_0 = Count(blind.usable).leader.seat
        logged = decision.model_copy(update={"round_0": round_0, "winner_round": best.round})
        return Outcome.verbatim(_alone(best), logged, mode, blind.ended)


def _alone(answer: Answer) -> Answer:
    """`answer` without the statement behind it: what that says of others is for the record, not for the history."""
    if not answer.round or answer.message is None:
        return answer
    return answer.model_copy(update={"message": answer.message.model_copy(update={"reasoning": None})})


def _dissenting(standing: Mapping[str, Answer]) -> frozenset[str]:
    """The seats of those whom the others outweigh: all of them where nobody leads."""
    count = Count(tuple(standing.values()))
    if count.unanimous:
        return frozenset()
    leading = count.tallies[0].seats if count.won() else ()
    return frozenset(standing) - frozenset(leading)


def _others(standing: Mapping[str, Answer], seat: str) -> tuple[Answer, ...]:
    """One of each position that is not that of `seat`."""
    own = standing[seat].key
    keys = dict.fromkeys(answer.key for answer in standing.values() if answer.key != own)
    return tuple(prior([answer for answer in standing.values() if answer.key == key]) for key in keys)


def _voted(blind: Sequence[Answer], final: Sequence[Answer]) -> Answer:
    """The last round's plurality; at a tie the one among its leaders that more spoke for in the first."""
    before = {tally.key: tally.weight for tally in Count(blind).tallies}
    return max(Count(final).favourites(), key=lambda answer: before.get(answer.key, 0.0))


def _positions(blind: Sequence[Answer], final: Sequence[Answer]) -> list[tuple[Answer, Answer]]:
    """Every answer that was ever given, as a judge is shown it, and as it was given.

    So a first answer that was right cannot be talked away. Each weighs what it weighs in the last round.
    """
    weights = {tally.key: tally.weight for tally in Count(final).tallies}
    held = (*final, *blind)
    keys = dict.fromkeys(answer.key for answer in held)
    given = (prior([answer for answer in held if answer.key == key]) for key in keys)
    return [(_shown(answer, weights.get(answer.key, FORGOTTEN)), answer) for answer in given]


def _shown(answer: Answer, weight: float) -> Answer:
    seat = f"{answer.seat}@{answer.round}" if answer.round else answer.seat
    return answer.model_copy(update={"seat": seat, "weight": weight})


def _why(final: Sequence[Answer], best: Answer, by: DecidedBy) -> Decision:
    """The last round's votes as the reason for `best`, whose share is what its position has of them."""
    count = Count(final)
    own = sum(tally.weight for tally in count.tallies if tally.key == best.key)
    share = own / sum(tally.weight for tally in count.tallies)
    return count.decision(by, best.seat).model_copy(update={"share": share})
