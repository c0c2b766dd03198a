"""Recorded panels are decided again as they were, or by somebody else, and no member is asked."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
import pytest
from support.episodes import spec
from support.exam import Exam, Examinee, ExamJudge
from support.panels import spec_of

from wardian.base.clients import ModelClient
from wardian.base.clock import SystemClock
from wardian.base.completion import Completion
from wardian.base.errors import ConfigError, ModelError
from wardian.base.identity import random_stream
from wardian.base.messages import Message, Origin, Request
from wardian.base.virtual_time import VirtualTimeLoop
from wardian.episodes.record import Asked, Episode, Said
from wardian.fusion.opening import fused_client
from wardian.reports.fusion.recorded import RecordedTurn, recorded_turns
from wardian.reports.fusion.replay import Redecided, again, anew, respecified
from wardian.specs.fusion.modes import FusionSpec

EXAM = Exam(40, seed=5)
MEMBERS: dict[str, ModelClient] = {
    name: Examinee(name, EXAM, skill) for name, skill in zip("abc", (0.8, 0.7, 0.6), strict=True)
}
CLIENTS = {**MEMBERS, "judge": ExamJudge("judge", EXAM, 0.8, biased=0.2)}


def panel(**said: Any) -> FusionSpec:
    return spec_of(**{"members": ["a", "b", "c"], "scope": "every", **said})


def answered(fusion: FusionSpec, clients: Mapping[str, ModelClient] = CLIENTS) -> list[RecordedTurn]:
    """The exam taken by a fusion, as a run records it: JSON and back."""
    client = fused_client("fusion/p", fusion, clients, SystemClock())

    async def take() -> list[RecordedTurn]:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(client.complete(asked(each.id))) for each in EXAM.questions]
        return [turn(each.id, task.result()) for each, task in zip(EXAM.questions, tasks, strict=True)]

    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(take())


def redecided(turns: Sequence[RecordedTurn], fusion: FusionSpec) -> list[Redecided]:
    """By the record alone."""
    return asyncio.run(again(turns, fusion))


def asked(question: str) -> Request:
    origin = Origin(episode=question, task=question, path="t1")
    return Request(model="fusion/p", messages=(Message(role="user", content=f"{question}?"),), origin=origin)


def turn(question: str, completion: Completion) -> RecordedTurn:
    events = (Said(speaker="user", text=f"{question}?"), Asked(turn=1, completion=completion))
    episode = Episode(spec=spec(task=question), events=events, stop="finished")
    (found,) = recorded_turns(Episode.model_validate_json(episode.model_dump_json()))
    return found


def test_the_recorded_judge_decides_the_same_to_the_byte() -> None:
    fusion = panel(mode="best_of", judge="judge")
    decided = redecided(answered(fusion), respecified(fusion, None, None))
    assert [each.identical for each in decided] == [True] * 40
    assert {each.by for each in decided} >= {"judge", "agreement"}


class Mumbling(ExamJudge):
    """Takes its time, and must now and then be asked again."""

    async def complete(self, request: Request) -> Completion:
        assert request.origin is not None
        chance = random_stream("mumbling", request.origin.episode, request.origin.path)
        await SystemClock().sleep(chance.uniform(0, 2))
        completion = await super().complete(request)
        if chance.random() < 0.6:
            return completion
        return completion.model_copy(update={"message": Message(role="assistant", content="Hm, hard to say.")})


def test_each_verdict_is_heard_in_the_order_of_candidates_that_it_was_about() -> None:
    fusion = panel(mode="best_of", judge="judge")
    turns = answered(fusion, {**MEMBERS, "judge": Mumbling("judge", EXAM, 0.8)})
    assert all(each.identical for each in redecided(turns, respecified(fusion, None, None)))


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"collect": {"quorum": 2, "grace_frac": 0.1}},
        {"members": ["a", {"model": "b", "samples": 3}, "c"]},
        {"collect": {"deadline_s": 1.4}},
        {"collect": {"quorum": 2, "grace_frac": 0.1, "cancel": False}},
    ],
)
def test_a_vote_is_the_same_with_whoever_was_late_then(said: dict[str, Any]) -> None:
    fusion = panel(**said)
    assert all(each.identical for each in redecided(answered(fusion), respecified(fusion, None, None)))


@pytest.mark.parametrize(
    "said",
    [
        {"mode": "merge", "judge": "judge"},
        {"mode": "merge", "judge": "judge", "guard": True, "collect": {"quorum": 2, "grace_frac": 0.2}},
        {"mode": "debate", "judge": "judge"},
        {"mode": "debate"},
        {"mode": "analysis", "judge": "judge"},
        {"mode": "best_of", "judge": {"model": "judge", "orders": 1}},
    ],
)
def test_every_mode_goes_the_same_way_again(said: dict[str, Any]) -> None:
    fusion = panel(**said)
    decided = redecided(answered(fusion), respecified(fusion, None, None))
    assert [each.identical for each in decided] == [True] * 40


def test_a_cascade_goes_the_same_way_again() -> None:
    stages = [{"members": ["b", "c"], "accept": {"kind": "agree"}}, {"members": ["a"]}]
    fusion = spec_of(mode="cascade", stages=stages)
    assert all(each.identical for each in redecided(answered(fusion), respecified(fusion, None, None)))


class Arguing(Examinee):
    """Answers in what looks like a statement, states that after a thought that looks like one, or says no more."""

    async def complete(self, request: Request) -> Completion:
        completion = await super().complete(request)
        answer, reasoning = orjson.dumps({"answer": completion.message.content}).decode(), '{"answer": "Z"}'
        if request.origin is not None and "/round" in request.origin.path:
            answer = orjson.dumps({"answer": answer, "changed": self.name != "b", "reason": "No."}).decode()
            answer = "No more." if self.name == "c" else answer
        message = Message(role="assistant", content=answer, reasoning=reasoning)
        return completion.model_copy(update={"message": message})


def test_a_debates_statements_are_understood_again() -> None:
    fusion = panel(mode="debate", rounds=2)
    turns = answered(fusion, {name: Arguing(name, EXAM, 0.7, correlation=0.1) for name in "abc"})
    stated = [answer for turn in turns for answer in turn.result.members if answer.round == 2]
    assert {answer.state for answer in stated} == {"ok", "empty"}
    assert all(each.identical for each in redecided(turns, fusion))


class Doubting(Examinee):
    """Is sure of its answers to every second question."""

    async def complete(self, request: Request) -> Completion:
        completion = await super().complete(request)
        if request.origin is None or "score" not in request.origin.path:
            return completion
        score = f'{{"score": {int(request.origin.task) % 2}}}'
        return completion.model_copy(update={"message": Message(role="assistant", content=score)})


def test_what_a_member_thinks_of_its_own_answer_is_heard_again() -> None:
    stages = [{"members": ["b"], "accept": {"kind": "self_verify", "at_least": 0.5}}, {"members": ["a", "b"]}]
    fusion = spec_of(mode="cascade", stages=stages)
    turns = answered(fusion, {**MEMBERS, "b": Doubting("b", EXAM, 0.7)})
    assert all(each.identical and not each.degraded for each in redecided(turns, fusion))


def test_a_record_that_was_changed_decides_otherwise() -> None:
    fusion = panel()
    turns = answered(fusion)
    split = next(each for each in turns if each.result.decision and len(each.result.decision.votes) == 3)
    answers = (split.result.answers[0].model_copy(update={"message": split.result.answers[1].message}),)
    result = split.result.model_copy(update={"answers": (*answers, *split.result.answers[1:])})
    (decided,) = redecided([split.model_copy(update={"result": result})], fusion)
    assert not decided.identical


def test_no_member_is_asked_for_another_mode_or_judge() -> None:
    turns = answered(panel())
    before = {name: member.asked for name, member in MEMBERS.items()}  # type: ignore[attr-defined]  # examinees
    perfect = ExamJudge("perfect", EXAM, 1.0)
    decided = asyncio.run(anew(turns, respecified(panel(), "best_of", "perfect"), swift(perfect)))
    assert {name: member.asked for name, member in MEMBERS.items()} == before  # type: ignore[attr-defined]
    right = [each.said == EXAM.gold(each.task) for each in decided]
    possible = [any(_said(answer) == EXAM.gold(each.task) for answer in each.result.members) for each in turns]
    assert right == possible
    assert sum(each.cost_usd or 0.0 for each in decided) > 0


def test_a_judge_of_unknown_price_costs_nobody_knows_what() -> None:
    unpriced = ExamJudge("perfect", EXAM, 1.0, seconds=0.0, cost=None)
    decided = asyncio.run(anew(answered(panel()), respecified(panel(), "best_of", "perfect"), unpriced))
    assert {each.cost_usd for each in decided if each.by == "judge"} == {None}


def test_a_verdict_is_not_taken_for_a_text_that_nobody_wrote_then() -> None:
    fusion = panel(mode="best_of", judge="judge")
    turns = answered(fusion)
    decided = redecided(turns, respecified(fusion, "merge", None))
    assert {each.by for each in decided} == {"agreement", "vote", "prior"}
    assert {each.degraded for each in decided} == {(), ("writer_failed",)}
    assert all(each.said in map(_said, turn.result.members) for each, turn in zip(decided, turns, strict=True))


class Dotting(Examinee):
    """Says the same as others, but not to the character."""

    async def complete(self, request: Request) -> Completion:
        completion = await super().complete(request)
        message = Message(role="assistant", content=f"{completion.message.content}.")
        return completion.model_copy(update={"message": message})


def test_a_verdict_is_not_taken_for_one_of_other_answers() -> None:
    fusion = panel(mode="best_of", judge="judge")
    turns = answered(fusion, {**CLIENTS, "b": Dotting("b", EXAM, 0.7)})
    decided = redecided(turns, respecified(fusion, "debate", None))  # where answers that agree are shown once
    kinds = {"" if each.failure is None else each.failure.kind for each in decided}
    assert kinds == {"", "not_recorded"}
    for turn, each in zip(turns, decided, strict=True):
        heard = () if each.after is None else each.after.verdicts
        assert {verdict.shown for verdict in heard} <= {verdict.shown for verdict in turn.result.decision.verdicts}  # type: ignore[union-attr]  # all were decided


def test_a_judged_panel_can_be_voted() -> None:
    judged, voted = panel(mode="best_of", judge="judge"), panel()
    decided = redecided(answered(judged), respecified(judged, "vote", None))
    assert [each.said for each in decided] == [turn.message.content for turn in answered(voted)]


def test_whoever_was_not_asked_then_is_missing_now() -> None:
    turns = answered(panel())
    decided = redecided(turns[:1], panel(members=["a", "b", "c", "d"]))
    assert decided[0].failure is None
    assert len(decided[0].after.votes[0].seats) <= 3 if decided[0].after else False


def test_a_panel_of_failures_is_a_failure_again() -> None:
    class Broken:
        name = "a"

        async def complete(self, request: Request) -> Completion:
            raise ModelError("overloaded", "a: 503")

    turns = answered(panel(), {**CLIENTS, "a": Broken()})
    only = turns[0].result.model_copy(update={"answers": turns[0].result.answers[:1]})
    (decided,) = redecided([turns[0].model_copy(update={"result": only})], panel())
    assert decided.failure is not None
    assert "a: 503" in decided.failure.message


@pytest.mark.parametrize(
    ("fusion", "mode", "complaint"),
    [
        (panel(), "best_of", "needs a judge"),
        (panel(), "cascade", "has no stages"),
        (
            spec_of(mode="cascade", stages=[{"members": ["a", "b"], "accept": {"kind": "agree"}}, {"members": ["c"]}]),
            "vote",
            "a cascade has no panel",
        ),
    ],
)
def test_what_cannot_be_decided_is_said(fusion: FusionSpec, mode: Any, complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        respecified(fusion, mode, None)


def swift(judge: ExamJudge) -> ExamJudge:
    judge.seconds = 0.0
    return judge


def _said(answer: Any) -> str:
    return "" if answer.message is None else answer.message.content
