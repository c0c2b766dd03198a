"""Who decides where members do not agree."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from wardian.base.clients import ModelClient
from wardian.base.fused import Answer, Verdict
from wardian.fusion.call import FusionCall
from wardian.fusion.judging.lineup import Lineup, line_up, prior
from wardian.fusion.judging.questions import verdict_request
from wardian.fusion.judging.ranking import Ranking
from wardian.fusion.judging.words import read_verdict
from wardian.fusion.seats import Seat
from wardian.specs.fusion.judge import JudgeSpec
from wardian.specs.fusion.member import MemberSpec

__all__ = ["Judge", "Ranking", "judge_seat"]


def judge_seat(spec: JudgeSpec, clients: Mapping[str, ModelClient]) -> Seat:
    """Where the judge sits."""
    member = MemberSpec(
        model=spec.model, temperature=spec.temperature, max_tokens=spec.max_tokens, timeout_s=spec.timeout_s
    )
    return Seat("judge", clients[spec.model], member, "judge")


class Judge:
    """Compares candidates without knowing whose they are.

    Args:
        spec: what the config says of it.
        seat: who answers for it.
        seed: decides the order in which it sees candidates.
    """

    def __init__(self, spec: JudgeSpec, seat: Seat, seed: int) -> None:
        self._spec = spec
        self._seat = seat
        self._seed = seed

    async def rank(self, call: FusionCall, candidates: Sequence[Answer]) -> Ranking:
        """The best of `candidates`. Bad output is no error: another way is found then, and the result says so.

        Raises:
            ModelError: as `FusionCall.check` does.
        """
        if not candidates:
            return Ranking(None)
        lineup = line_up(candidates, self._spec, self._seed)
        if len(lineup.groups) == 1:
            return Ranking(lineup.groups[0][0], by="agreement")
        verdict = await self._verdict(call, lineup)
        if verdict.ranking:
            best = next(answer for answer in candidates if answer.seat == verdict.ranking[0])
            return Ranking(best, (verdict,), verdict.confidence)
        call.degrade("judge_not_valid_json")
        return Ranking(prior(candidates), (verdict,), by="prior")

    async def _verdict(self, call: FusionCall, lineup: Lineup) -> Verdict:
        question = verdict_request(call.request, lineup, self._spec, self._seed)
        seat = replace(self._seat, name=f"{self._seat.name}/1", path=f"{self._seat.path}/1")
        answer = await call.ask(seat, question, role="judge")
        call.check()
        words = read_verdict(answer.message.content, lineup.labels) if answer.message else None
        if words is None:
            return Verdict(shown=lineup.seats)
        ranking = tuple(each.seat for label in words.ranking for each in lineup.named(label))
        return Verdict(
            shown=lineup.seats,
            ranking=ranking,
            confidence=words.confidence,
            none_acceptable=words.none_acceptable,
            read_by="json_schema",
        )
