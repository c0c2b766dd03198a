"""Dissenters hear the others; a first answer that was right is not lost when they give in."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest
from support.judges import ASKED, ASKED_TO_ACT, ScriptedJudge, in_turn, prefers
from support.panels import fusion_of
from support.scripts import do

from wardian.base.completion import Completion
from wardian.base.fused import Decision, FusionResult
from wardian.base.messages import Message, Request
from wardian.base.usage import Usage
from wardian.fusion.call_ids import reissued


@dataclass
class Debating:
    """Says one thing after the other."""

    name: str
    says: list[str | Message]
    asked: list[Request] = field(default_factory=list)

    async def complete(self, request: Request) -> Completion:
        self.asked.append(request)
        said = self.says[min(len(self.asked), len(self.says)) - 1]
        message = Message(role="assistant", content=said) if isinstance(said, str) else said
        return Completion(message=message, finish="stop", model=self.name, usage=Usage(output_tokens=5), cost_usd=0.5)


def states(answer: str, changed: bool = True, reason: str = "I checked.") -> str:
    return orjson.dumps({"answer": answer, "changed": changed, "reason": reason, "confidence": 0.7}).decode()


async def debated(
    members: Sequence[Debating], request: Request = ASKED, **said: Any
) -> tuple[Message, FusionResult, Decision]:
    judges = [ScriptedJudge(said.pop("say"))] if "say" in said else []
    named: dict[str, Any] = {"judge": "judge"} if judges else {}
    completion = await fusion_of("fusion/d", members, *judges, mode="debate", **named, **said).complete(request)
    result = completion.fusion
    assert result is not None
    assert result.decision is not None
    return completion.message, result, result.decision


async def test_members_that_agree_do_not_debate() -> None:
    members = [Debating("a", ["four"]), Debating("b", ["four"])]
    message, _, decision = await debated(members)
    assert (message.content, decision.by, decision.round_0) == ("four", "agreement", "a")
    assert all(len(member.asked) == 1 for member in members)


async def test_who_is_outweighed_hears_what_others_say_but_not_who_or_how_many() -> None:
    lone = Debating("lone", ["five", states("four")])
    members = [Debating("a", ["As ChatGPT, I say four"]), Debating("b", ["As ChatGPT, I say four"]), lone]
    message, result, decision = await debated(members)
    assert message.content == "As ChatGPT, I say four"
    assert [len(member.asked) for member in members] == [1, 1, 2]
    told = lone.asked[1].messages[-1].content
    assert told.count("<position-") == 1
    assert "As an assistant, I say four" in told
    assert lone.asked[1].messages[-2].content == "five"
    assert (decision.by, decision.round_0) == ("vote", "a")
    assert [answer.round for answer in result.answers] == [0, 0, 0, 1]


async def test_at_a_tie_everybody_hears_everybody() -> None:
    left = Debating("left", ["4", states("5")])
    right = Debating("right", ["5", states("4", changed=False)])
    message, result, decision = await debated([left, right])
    assert message.content == "5"
    assert result.winner is not None
    assert (decision.share, decision.winner, decision.round_0) == (1.0, result.winner.seat, "left")


async def test_who_did_not_change_keeps_the_very_words() -> None:
    members = [Debating("a", ["It is 4, see?", states("4", changed=False)]), Debating("b", ["5", states("6")])]
    _, result, _ = await debated(members)
    last = [answer for answer in result.members if answer.round]
    assert [answer.message.content for answer in last if answer.message] == ["It is 4, see?", "6"]
    assert last[0].key == result.members[0].key
    assert last[0].message is not None
    assert '"reason":"I checked."' in (last[0].message.reasoning or "")


async def test_a_right_answer_that_was_talked_away_can_still_win_before_a_judge() -> None:
    right = Debating("right", ["four", states("five")])
    members = [Debating("a", ["five"]), Debating("b", ["five"]), right]
    message, result, decision = await debated(members, say=prefers("four"))
    assert message.content == "four"
    assert (decision.winner, decision.winner_round, decision.share) == ("right", 0, 0.0)
    assert result.winner is not None
    assert result.winner.round == 0


async def test_a_changed_answer_is_shown_to_the_judge_by_its_round() -> None:
    members = [Debating("a", ["three"]), Debating("b", ["three"]), Debating("c", ["five", states("four")])]
    message, result, decision = await debated(members, say=prefers("four"))
    assert message.content == "four"
    assert set(decision.verdicts[0].shown) == {"a", "c", "c@1"}
    assert (decision.winner, decision.winner_round) == ("c", 1)
    assert result.winner is not None
    assert result.winner.message is not None
    assert result.winner.message.content == message.content


async def test_what_is_answered_does_not_speak_of_others() -> None:
    members = [Debating("a", ["4", states("6", reason="The other one is wrong.")]), Debating("b", ["5"])]
    message, result, _ = await debated(members, say=prefers("6"))
    assert (message.content, message.reasoning) == ("6", None)
    assert result.winner is not None
    assert result.winner.message is not None
    assert "The other one" in (result.winner.message.reasoning or "")


async def test_words_without_a_statement_leave_the_answer_as_it_was() -> None:
    members = [Debating("a", ["four"]), Debating("b", ["four"]), Debating("c", ["five", '{"answer": " "} Who knows.'])]
    message, result, decision = await debated(members)
    assert message.content == "four"
    assert decision.votes[1].seats == ("c",)
    assert result.members[-1].state == "empty"
    assert result.members[-1].message is not None
    assert result.members[-1].message.reasoning == '{"answer": " "} Who knows.'


async def test_rounds_end_when_all_agree() -> None:
    lone = Debating("lone", ["five", states("six"), states("four"), states("seven")])
    _, result, _ = await debated([Debating("a", ["four"]), Debating("b", ["four"]), lone], rounds=4)
    assert [answer.round for answer in result.members if answer.seat == "lone"] == [0, 1, 2]
    assert "Reason: I checked." not in lone.asked[1].messages[-1].content


async def test_reasons_of_an_earlier_round_are_heard_in_the_next() -> None:
    left = Debating("left", ["4", states("4", changed=False, reason="Two and two.")])
    right = Debating("right", ["5", states("6")])
    await debated([left, right], rounds=2)
    assert "Reason: Two and two." in right.asked[2].messages[-1].content


async def test_a_tie_in_the_last_round_goes_to_what_more_said_in_the_first() -> None:
    stays, joins = states("three", changed=False), states("three")
    members = [
        Debating("a", ["three", stays]),
        Debating("b", ["four"]),
        Debating("c", ["four"]),
        Debating("d", ["five", joins]),
    ]
    message, _, decision = await debated(members)
    assert [tally.weight for tally in decision.votes] == [2, 2]
    assert (message.content, decision.winner) == ("four", "b")


async def test_final_answers_of_a_turn_with_tools_are_debated_and_calls_are_not() -> None:
    members = [
        Debating("a", [do("refund", order="1")]),
        Debating("b", ["four"]),
        Debating("c", ["five", states("four")]),
    ]
    message, result, _ = await debated(members, ASKED_TO_ACT)
    assert message.content == "four"
    assert result.mode_executed == "debate"
    assert [len(member.asked) for member in members] == [1, 2, 2]
    assert "refund" not in members[1].asked[1].messages[-1].content


async def test_final_answers_at_a_turn_with_tools_are_debated() -> None:
    members = [Debating("a", ["four"]), Debating("b", ["five", states("four")]), Debating("c", ["six", states("four")])]
    message, result, decision = await debated(members, ASKED_TO_ACT)
    assert (message.content, decision.share) == ("four", 1.0)
    assert [len(member.asked) for member in members] == [2, 2, 2]
    assert len(result.members) == 6, "the blind round was not asked again"


@pytest.mark.parametrize("judge", [False, True])
async def test_a_turn_with_calls_is_not_debated(judge: bool) -> None:
    one, two = do("refund", order="1"), do("refund", order="2")
    members = [Debating("a", [one]), Debating("b", ["Done."]), Debating("c", [two])]
    message, result, _ = await debated(members, ASKED_TO_ACT, **({"say": prefers('"2"')} if judge else {}))
    assert message == reissued(two if judge else one, ASKED_TO_ACT)
    assert result.mode_executed == ("best_of" if judge else "vote")
    assert all(len(member.asked) == 1 for member in members)


async def test_a_judge_who_says_nothing_leaves_it_to_the_last_rounds_votes() -> None:
    members = [Debating("a", ["three"]), Debating("b", ["three"]), Debating("c", ["five", states("four")])]
    message, result, decision = await debated(members, say=in_turn("?"))
    assert (message.content, decision.by, result.mode_executed) == ("three", "vote", "vote")
    assert result.degraded == ("judge_not_valid_json",)


async def test_what_a_member_thinks_before_its_statement_is_not_its_statement() -> None:
    thinking = Message(role="assistant", content=states("six"), reasoning=states("four"))
    members = [Debating("a", ["four"]), Debating("b", ["four"]), Debating("c", ["five", thinking])]
    _, result, _ = await debated(members)
    assert result.members[-1].message is not None
    assert result.members[-1].message.content == "six"
