"""Who decides where members do not agree."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from statistics import fmean
from typing import Final

from wardian.base.clients import ModelClient
from wardian.base.fused import Answer, DecidedBy, Verdict
from wardian.fusion.call import FusionCall
from wardian.fusion.judging.fallback import fallback
from wardian.fusion.judging.ladder import Heard, Ladder
from wardian.fusion.judging.lineup import Lineup, line_up
from wardian.fusion.judging.questions import verdict_request, verdict_schema
from wardian.fusion.judging.ranking import Ranking
from wardian.fusion.judging.words import Words, guessed, words_of
from wardian.fusion.seats import Seat
from wardian.specs.fusion.judge import JudgeSpec
from wardian.specs.fusion.member import MemberSpec

__all__ = ["Judge", "Ranking", "judge_seat"]

JUDGE: Final[DecidedBy] = "judge"


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
        self.spec = spec
        self.seat = seat
        self.seed = seed

    def line_up(self, candidates: Sequence[Answer]) -> Lineup:
        """`candidates` as it sees them."""
        return line_up(candidates, self.spec, self.seed)

    async def rank(self, call: FusionCall, candidates: Sequence[Answer]) -> Ranking:
        """The best of `candidates`. Bad output is no error: another way is found then, and the result says so.

        Raises:
            ModelError: as `FusionCall.check` does.
        """
        if not candidates:
            return Ranking(None)
        lineup = self.line_up(candidates)
        if len(lineup.groups) == 1:
            return Ranking(lineup.groups[0][0], by="agreement")
        lineups = (lineup,) if self.spec.orders == 1 else (lineup, lineup.turned())
        verdicts = await self._verdicts(call, lineups, "")
        tops = _tops(verdicts, candidates)
        if len(tops) > 1:
            return await self._split(call, lineup, tops, verdicts)
        best, by = (tops[0], JUDGE) if tops else fallback(candidates)
        ranking = Ranking(best, verdicts, _confidence(verdicts), by=by)
        if ranking.none_acceptable:
            call.degrade("judge_none_acceptable")
        return ranking

    async def _split(
        self, call: FusionCall, lineup: Lineup, tops: Sequence[Answer], verdicts: tuple[Verdict, ...]
    ) -> Ranking:
        """Between two winners: both are compared alone, both ways. Who splits again knows places and not answers."""
        candidates = tuple(answer for group in lineup.groups for answer in group)
        if len(lineup.groups) > len(tops):
            duels = await self.duel(call, tops)
            verdicts = (*verdicts, *duels)
            tops = _tops(duels, candidates) if all(duel.ranking for duel in duels) else ()
        best, by = (tops[0], JUDGE) if len(tops) == 1 else fallback(candidates)
        sure = _confidence(verdicts) if by == JUDGE else None  # how sure of places a judge is says nothing of answers
        return Ranking(best, verdicts, sure, order_conflict=True, by=by)

    async def duel(self, call: FusionCall, pair: Sequence[Answer], step: str = "duel") -> tuple[Verdict, ...]:
        """Two answers, compared both ways at the same time.

        Raises:
            ModelError: as `FusionCall.check` does.
        """
        lineup = self.line_up(pair)
        return await self._verdicts(call, (lineup, lineup.turned()), step)

    async def _verdicts(self, call: FusionCall, lineups: Sequence[Lineup], step: str) -> tuple[Verdict, ...]:
        """One for each of `lineups`, all at the same time."""
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(self._heard(call, lineup, f"{step}{place}"))
                for place, lineup in enumerate(lineups, 1)
            ]
        call.check()
        heard = [task.result() for task in tasks]
        for each in heard:
            if each.trouble:
                call.degrade(each.trouble)
        return tuple(_verdict(lineup, each) for lineup, each in zip(lineups, heard, strict=True))

    async def _heard(self, call: FusionCall, lineup: Lineup, step: str) -> Heard[Words]:
        ladder = Ladder(
            shape=verdict_schema(lineup.labels),
            read=partial(words_of, labels=lineup.labels),
            guess=partial(guessed, labels=lineup.labels),
            repair=self.spec.repair,
        )
        seat = replace(self.seat, name=f"{self.seat.name}/{step}", path=f"{self.seat.path}/{step}")
        return await ladder.climb(call, seat, verdict_request(call.request, lineup, self.spec, self.seed))


def _verdict(lineup: Lineup, heard: Heard[Words]) -> Verdict:
    if (words := heard.value) is None:
        return Verdict(shown=lineup.seats)
    return Verdict(
        shown=lineup.seats,
        ranking=tuple(each.seat for label in words.ranking for each in lineup.named(label)),
        confidence=words.confidence,
        none_acceptable=words.none_acceptable,
        read_by=heard.by,
    )


def _tops(verdicts: Sequence[Verdict], candidates: Sequence[Answer]) -> tuple[Answer, ...]:
    """The winners of all verdicts that could be read, each once."""
    seats = dict.fromkeys(verdict.ranking[0] for verdict in verdicts if verdict.ranking)
    return tuple(next(answer for answer in candidates if answer.seat == seat) for seat in seats)


def _confidence(verdicts: Sequence[Verdict]) -> float | None:
    said = [verdict.confidence for verdict in verdicts if verdict.confidence is not None]
    return fmean(said) if said else None
