"""The analysis has OpenRouter's shape and the members' names; it is left out where it fails, and never made up."""

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from support.judges import ASKED, ASKED_TO_ACT, Member, Said, ScriptedJudge, in_turn
from support.panels import fusion_of
from support.scripts import do

from wardian.base.analysis import Analysis
from wardian.base.errors import ModelError
from wardian.base.fused import FusionResult
from wardian.base.messages import Message
from wardian.fusion.call_ids import reissued

Members = list[Member]
MEMBERS = [Member("acme/one", "three"), Member("acme/two", "four"), Member("acme/three", "three and four")]


def said(texts: dict[str, str]) -> str:
    """An analysis that quotes what each candidate says under its label."""
    insights = [{"model": label, "insight": text} for label, text in texts.items()]
    stances = [{"model": label, "stance": text} for label, text in texts.items()]
    return orjson.dumps(
        {
            "consensus": ["a number"],
            "contradictions": [{"topic": "which", "stances": stances}],
            "partial_coverage": [{"models": list(texts), "point": "p"}],
            "unique_insights": insights,
            "blind_spots": ["why"],
        }
    ).decode()


async def fused(
    say: Callable[[Any], Said], members: Members = MEMBERS, **more: Any
) -> tuple[Message, FusionResult, ScriptedJudge]:
    request = more.pop("request", ASKED)
    judge, writer = ScriptedJudge(say), ScriptedJudge(in_turn(more.pop("writes", "The answer.")), "writer")
    if "writer" in more:
        more["writer"] = "writer"
    completion = await fusion_of("f", members, judge, writer, mode="analysis", judge="judge", **more).complete(request)
    assert completion.fusion is not None
    return completion.message, completion.fusion, writer if "writer" in more else judge


def analysis_in(result: FusionResult) -> Analysis | None:
    assert result.decision is not None
    return result.decision.analysis


async def test_labels_become_the_names_of_members() -> None:
    message, result, writer = await fused(said, writer=True)
    assert message.content == "The answer."
    analysis = analysis_in(result)
    assert analysis is not None
    names = {insight.model: insight.insight for insight in analysis.unique_insights}
    assert names == {member.name: member.answer for member in MEMBERS}
    assert set(analysis.partial_coverage[0].models) == set(names)
    assert result.status == "ok"
    told = writer.asked[0].messages[1].content
    assert '"blind_spots"' in told
    assert "acme/" not in told
    assert [answer.role for answer in result.answers][-2:] == ["judge", "writer"]


async def test_the_judge_writes_where_nobody_else_is_named() -> None:
    says = iter(["analysis", "The judge's answer."])
    message, _, judge = await fused(lambda texts: said(texts) if next(says) == "analysis" else "The judge's answer.")
    assert message.content == "The judge's answer."
    assert len(judge.asked) == 2


@pytest.mark.parametrize(
    ("says", "code"),
    [
        ("no json", "judge_not_valid_json"),
        ('{"consensus": 3}', "judge_schema_mismatch"),
        ('{"thoughts": []}', "judge_schema_mismatch"),
        ("", "judge_empty_completion"),
        (ModelError("overloaded", "503"), "judge_upstream_error"),
        (ModelError("rate_limited", "429"), "rate_limited"),
    ],
)
async def test_without_an_analysis_there_is_an_answer_and_a_code(says: Said, code: str) -> None:
    message, result, writer = await fused(in_turn(says), writer=True)
    assert message.content == "The answer."
    assert analysis_in(result) is None
    assert result.degraded == (code,)
    assert "<analysis-" not in writer.asked[0].messages[1].content


async def test_without_a_writer_a_member_answers() -> None:
    gone = ModelError("overloaded", "503")
    message, result, _ = await fused(said, writer=True, writes=gone)
    assert message.content in ("three", "four", "three and four")
    assert result.degraded == ("writer_failed",)
    assert analysis_in(result) is not None


async def test_no_answer_at_all_is_an_error() -> None:
    with pytest.raises(ModelError) as caught:
        await fused(said, [Member("a", None), Member("b", None)])
    assert caught.value.kind == "all_members_failed"


async def test_turns_with_calls_are_chosen_and_not_written() -> None:
    call = do("refund", order="1")
    message, result, _ = await fused(said, [Member("a", call), Member("b", call)], request=ASKED_TO_ACT)
    assert message == reissued(call, ASKED_TO_ACT)
    assert result.mode_executed == "vote"
