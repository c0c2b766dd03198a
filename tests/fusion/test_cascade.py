"""A cascade asks dear models only where cheap ones were not good enough."""

from typing import Any

import pytest
from support.members import Speaker
from support.panels import RunVirtual, fusion_of, record, spec_of, why

from wardian.base.clients import ModelClient
from wardian.base.clock import SystemClock
from wardian.base.completion import Completion
from wardian.base.messages import Message, Request, ResponseSchema, ToolCall, ToolSchema
from wardian.fusion.client import FusedClient
from wardian.fusion.failed import FusionFailed
from wardian.fusion.opening import fused_client

REQUEST = Request(model="fusion/panel", messages=(Message(role="user", content="What is 6 x 7?"),))
AGREE = {"kind": "agree", "count": 2}
TWICE = {"members": [{"model": "cheap", "samples": 2}], "accept": AGREE}
LAST = {"members": ["dear"]}


class Sayings:
    """Says one after the other, then the last one again and again."""

    def __init__(self, name: str, *texts: str, cost: float = 0.1) -> None:
        self.name = name
        self.asked: list[Request] = []
        self._texts = texts
        self._cost = cost

    async def complete(self, request: Request) -> Completion:
        self.asked.append(request)
        text = self._texts[min(len(self.asked), len(self._texts)) - 1]
        return await Speaker(self.name, text, cost=self._cost).complete(request)


def cascade(*clients: ModelClient, **said: Any) -> FusedClient:
    spec = spec_of(mode="cascade", **{"stages": [TWICE, LAST], **said})
    return fused_client("fusion/c", spec, {client.name: client for client in clients}, SystemClock())


def answered(run_virtual: RunVirtual, *clients: ModelClient, request: Request = REQUEST, **said: Any) -> Completion:
    async def main() -> Completion:
        return await cascade(*clients, **said).complete(request)

    completion: Completion = run_virtual(main())
    return completion


def test_where_the_cheap_ones_agree_nobody_else_is_asked(run_virtual: RunVirtual) -> None:
    dear = Sayings("dear", "42", cost=5.0)
    completion = answered(run_virtual, Sayings("cheap", "42"), dear)
    assert (completion.message.content, dear.asked, completion.cost_usd) == ("42", [], 0.2)
    assert (why(completion).by, why(completion).winner, record(completion).status) == ("stage", "cheap#1", "ok")


def test_where_they_do_not_agree_the_next_stage_answers(run_virtual: RunVirtual) -> None:
    completion = answered(run_virtual, Sayings("cheap", "42", "41"), Sayings("dear", "42.", cost=5.0))
    assert completion.message.content == "42."
    assert completion.cost_usd == pytest.approx(5.2)
    assert [answer.round for answer in record(completion).answers] == [0, 0, 1]
    assert (record(completion).winner, why(completion).winner) == (record(completion).answers[2], "dear")


def test_agreement_ends_a_stage_before_its_last_answer(run_virtual: RunVirtual) -> None:
    stages = [{"members": ["a", "b", "c"], "accept": AGREE}, LAST]
    speakers = Speaker("a"), Speaker("b"), Speaker("c", after_s=60.0), Sayings("dear", "no")
    result = record(answered(run_virtual, *speakers, stages=stages))
    assert (result.elapsed_s, result.ended) == (1.0, "decided")


def test_a_stage_that_cannot_agree_any_more_is_not_waited_for(run_virtual: RunVirtual) -> None:
    stages = [{"members": ["a", "b", "c"], "accept": {"kind": "agree", "count": 3}}, LAST]
    speakers = Speaker("a"), Speaker("b", "no"), Speaker("c", after_s=60.0), Sayings("dear", "no")
    assert record(answered(run_virtual, *speakers, stages=stages)).elapsed_s == 2.0


@pytest.mark.parametrize(("text", "asked"), [('{"answer": 42}', 0), ("forty-two", 1)])
def test_a_verifier_accepts(run_virtual: RunVirtual, text: str, asked: int) -> None:
    stages = [{"members": ["cheap"], "accept": {"kind": "verifier", "verifier": "schema"}}, LAST]
    shape = ResponseSchema(name="s", json_schema={"type": "object", "required": ["answer"]})
    dear = Sayings("dear", '{"answer": 43}')
    request = REQUEST.model_copy(update={"response_schema": shape})
    answered(run_virtual, Sayings("cheap", text), dear, request=request, stages=stages)
    assert len(dear.asked) == asked


@pytest.mark.parametrize(
    ("says", "asked"),
    [('{"score": 0.9}', 0), ('{"score": 0.7}', 1), ("I would say 0.95", 0), ('{"score": 7}', 1), ("no idea", 1)],
)
def test_a_model_that_is_sure_of_itself_is_believed(run_virtual: RunVirtual, says: str, asked: int) -> None:
    stages = [{"members": ["cheap"], "accept": {"kind": "self_verify", "at_least": 0.8}}, LAST]
    cheap, dear = Sayings("cheap", "42", says), Sayings("dear", "43")
    completion = answered(run_virtual, cheap, dear, stages=stages)
    assert len(dear.asked) == asked
    assert "42" in cheap.asked[1].messages[-1].content
    assert record(completion).answers[1].role == "verifier"


@pytest.mark.parametrize(("says", "asked"), [('{"score": 0.9}', 0), ('{"score": 0.2}', 1)])
def test_a_judge_accepts(run_virtual: RunVirtual, says: str, asked: int) -> None:
    stages = [{"members": ["cheap"], "accept": {"kind": "judge_score"}}, LAST]
    dear, judge = Sayings("dear", "43"), Sayings("judge", says)
    completion = answered(run_virtual, Sayings("cheap", "42"), dear, judge, stages=stages, judge="judge")
    assert len(dear.asked) == asked
    assert record(completion).cost_by_role["judge"] == 0.1


def test_a_stage_that_fails_leads_to_the_next(run_virtual: RunVirtual) -> None:
    completion = answered(run_virtual, Speaker("cheap", kind="overloaded"), Sayings("dear", "43"))
    assert completion.message.content == "43"
    assert record(completion).status == "degraded"


def test_when_the_last_stage_fails_the_best_so_far_is_returned(run_virtual: RunVirtual) -> None:
    completion = answered(run_virtual, Sayings("cheap", "42", "41"), Speaker("dear", kind="overloaded"))
    assert completion.message.content == "42"
    assert "not_accepted" in record(completion).degraded


def test_at_the_deadline_the_best_so_far_is_returned(run_virtual: RunVirtual) -> None:
    dear = Speaker("dear", "43", after_s=60.0)
    completion = answered(run_virtual, Sayings("cheap", "42", "41"), dear, collect={"deadline_s": 5.0})
    assert completion.message.content == "42"
    assert 5.0 <= record(completion).elapsed_s <= 5.05
    assert dear.cut_off == 1


def test_a_stage_for_which_there_is_no_money_is_skipped(run_virtual: RunVirtual) -> None:
    dear = Sayings("dear", "43")
    completion = answered(run_virtual, Sayings("cheap", "42", "41"), dear, budget={"calls": 2})
    assert (completion.message.content, dear.asked) == ("42", [])
    assert record(completion).degraded == ("skipped_budget", "not_accepted")


def test_when_all_stages_fail_there_is_no_answer(run_virtual: RunVirtual) -> None:
    with pytest.raises(FusionFailed, match="dear failed"):
        answered(run_virtual, Speaker("cheap", kind="overloaded"), Speaker("dear", kind="overloaded"))


def test_a_fusion_may_be_a_stage(run_virtual: RunVirtual) -> None:
    council = fusion_of("fusion/council", [Speaker("a", "43"), Speaker("b", "43")], mode="vote")
    stages = [TWICE, {"members": ["fusion/council"]}]
    completion = answered(run_virtual, Sayings("cheap", "42", "41"), council, stages=stages)
    assert completion.message.content == "43"
    inside = record(completion).answers[2].inside
    assert inside is not None
    assert [answer.seat for answer in inside.answers] == ["a", "b"]


def test_more_that_must_agree_than_there_are_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="fewer answers than the 3 that must agree"):
        spec_of(mode="cascade", stages=[{**TWICE, "accept": {"kind": "agree", "count": 3}}, LAST])


@pytest.mark.parametrize("said", [{"scope": "every"}, {"union": True}])
def test_what_only_a_panel_can_do_is_a_mistake(said: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"{next(iter(said))}\n  Extra inputs are not permitted"):
        spec_of(mode="cascade", stages=[TWICE, LAST], **said)


def test_of_equal_proposals_one_that_is_written_as_the_schema_says_is_committed(run_virtual: RunVirtual) -> None:
    class Caller(Sayings):
        """Calls `pay` with what it would say."""

        async def complete(self, request: Request) -> Completion:
            completion = await super().complete(request)
            call = ToolCall(id="x", name="pay", arguments=completion.message.content)
            message = Message(role="assistant", tool_calls=(call,))
            return completion.model_copy(update={"message": message, "finish": "tool_calls"})

    counted = {"type": "object", "properties": {"n": {"type": "integer"}}}
    pay = ToolSchema(name="pay", description="", parameters=counted)
    request = REQUEST.model_copy(update={"tools": (pay,)})
    completion = answered(run_virtual, Caller("cheap", '{"n":"3"}', '{"n":3}'), Sayings("dear", ""), request=request)
    assert [call.arguments for call in completion.message.tool_calls] == ['{"n":3}']
    assert why(completion).winner == "cheap#2"
