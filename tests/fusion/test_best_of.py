"""The best answer is chosen by verifiers, agreement and a judge, in this order, and returned as it is."""

from collections.abc import Sequence
from typing import Any

from support.judges import ASKED, ASKED_TO_ACT, Member, ScriptedJudge, prefers
from support.panels import fusion_of
from support.scripts import do

from wardian.base.completion import Completion
from wardian.base.fused import FusionResult
from wardian.base.messages import Message, Request, ResponseSchema
from wardian.fusion.call_ids import reissued

SHAPE = ResponseSchema(name="n", json_schema={"type": "object", "required": ["n"]})


def is_short(answer: Message, request: Request) -> bool:
    """A verifier."""
    return len(answer.content) < 10


def is_broken(answer: Message, request: Request) -> bool:
    """A verifier that raises."""
    raise LookupError(answer.content)


async def best(
    answers: Sequence[str | Message | None], *texts: str, request: Request = ASKED, **said: Any
) -> tuple[Completion, FusionResult]:
    judge = ScriptedJudge(prefers(*texts))
    members = [Member(name, answer) for name, answer in zip("abcd", answers, strict=False)]
    fusion = fusion_of("fusion/best", members, judge, mode="best_of", judge="judge", **said)
    completion = await fusion.complete(request)
    assert completion.fusion is not None
    return completion, completion.fusion


async def test_the_judges_choice_is_returned_verbatim() -> None:
    completion, result = await best([" three", "four\n", "five"], "four")
    assert completion.message.content == "four\n"
    assert result.decision is not None
    assert (result.decision.by, result.decision.winner) == ("judge", "b")
    assert result.winner is not None
    assert result.status == "ok"


async def test_its_tool_calls_are_part_of_it() -> None:
    calling = do("refund", order="1")
    completion, _ = await best(["I cannot.", calling], "refund", request=ASKED_TO_ACT)
    assert completion.message == reissued(calling, ASKED_TO_ACT)


async def test_members_that_agree_need_no_judge() -> None:
    _, result = await best(["four", "four", "four"])
    assert result.decision is not None
    assert result.decision.by == "agreement"
    assert {answer.role for answer in result.answers} == {"member"}


async def test_the_only_answer_needs_no_judge() -> None:
    completion, result = await best([None, "four"])
    assert completion.message.content == "four"
    assert result.decision is not None
    assert result.decision.by == "only"


async def test_what_does_not_have_the_shape_that_was_asked_for_is_no_candidate() -> None:
    shaped = ASKED.model_copy(update={"response_schema": SHAPE})
    completion, result = await best(["4", '```json\n{"n": 4}\n```'], "4", request=shaped, verifiers=["schema"])
    assert completion.message.content == '```json\n{"n": 4}\n```'
    assert result.decision is not None
    assert result.decision.by == "verifier"


async def test_a_function_of_the_users_may_rule_answers_out() -> None:
    own = f"{__name__}:is_short"
    completion, _ = await best(["a very long answer", "four", "five"], "a very", "five", verifiers=[own])
    assert completion.message.content == "five"


async def test_where_nothing_passes_the_judge_decides_among_all_and_the_result_says_so() -> None:
    completion, result = await best(["three", "four"], "four", verifiers=[f"{__name__}:is_broken"])
    assert completion.message.content == "four"
    assert result.status == "degraded"
    assert result.degraded == (f"verifier_failed: {__name__}:is_broken", "no_answer_verified")


async def test_members_judge_and_all_are_paid() -> None:
    completion, result = await best(["three", "four", "five"], "four")
    assert completion.cost_usd is not None
    assert result.cost_by_role["judge"] is not None
    assert completion.cost_usd == sum(answer.cost_usd or 0 for answer in result.answers)
