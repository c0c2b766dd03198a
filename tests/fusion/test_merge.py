"""A merged answer is new, valid and no worse than the best candidate, or it is not given."""

from collections.abc import Sequence
from typing import Any

import orjson
import pytest
from support.judges import ASKED, ASKED_TO_ACT, Member, Said, Say, ScriptedJudge, in_turn, prefers, verdict
from support.panels import fusion_of
from support.scripts import do

from wardian.base.errors import ModelError
from wardian.base.fused import FusionResult
from wardian.base.messages import Message, Request, ResponseSchema
from wardian.fusion.call_ids import reissued

SHAPED = ASKED.model_copy(
    update={"response_schema": ResponseSchema(name="n", json_schema={"type": "object", "required": ["n"]})}
)
ANALYSIS = orjson.dumps(
    {
        "consensus": ["a number"],
        "contradictions": [
            {"topic": "which", "stances": [{"model": "A", "stance": "x"}, {"model": "B", "stance": "y"}]}
        ],
        "partial_coverage": [],
        "unique_insights": [{"model": "B", "insight": "z"}],
        "blind_spots": ["why"],
    }
).decode()


async def merged(
    answers: Sequence[str | Message], say: Say, request: Request = ASKED, **said: Any
) -> tuple[Message, FusionResult, ScriptedJudge]:
    judge = ScriptedJudge(say)
    members = [Member(name, answer) for name, answer in zip("abcd", answers, strict=False)]
    fusion = fusion_of("fusion/merged", members, judge, mode="merge", judge="judge", **said)
    completion = await fusion.complete(request)
    assert completion.fusion is not None
    return completion.message, completion.fusion, judge


def by(result: FusionResult) -> str:
    assert result.decision is not None
    return result.decision.by


async def test_the_judge_writes_one_answer_in_one_call() -> None:
    message, result, judge = await merged(["three", "four"], in_turn("Three or four."))
    assert message.content == "Three or four."
    assert (by(result), result.mode_executed, result.status) == ("merge", "merge", "ok")
    assert result.decision is not None
    assert (result.decision.winner, result.winner) == ("", None)
    assert len(judge.asked) == 1
    assert result.cost_by_role["writer"] == 0.1


async def test_members_that_agree_need_nobody_to_merge_them() -> None:
    message, result, judge = await merged(["four", " four"], in_turn("?"))
    assert message.content in ("four", " four")
    assert (by(result), judge.asked) == ("agreement", [])


async def test_who_writes_sees_neither_names_nor_sampling_of_others() -> None:
    warm = ASKED.model_copy(
        update={"sampling": ASKED.sampling.model_copy(update={"temperature": 1.5, "max_tokens": 77})}
    )
    _, _, judge = await merged(["As ChatGPT, I say three", "four"], in_turn("x"), warm)
    assert "ChatGPT" not in judge.asked[0].messages[1].content
    assert (judge.asked[0].sampling.temperature, judge.asked[0].sampling.max_tokens) == (0.0, 77)


async def test_an_answer_of_the_wrong_shape_is_repaired_once() -> None:
    message, result, judge = await merged(['{"n": 3}', '{"n": 4}'], in_turn("both", '{"n": 4}'), SHAPED)
    assert message.content == '{"n": 4}'
    assert (by(result), result.status) == ("merge", "ok")
    assert judge.asked[0].response_schema == SHAPED.response_schema
    assert "it is no JSON" in judge.asked[1].messages[-1].content


async def test_an_answer_that_talks_about_candidates_is_repaired() -> None:
    say = in_turn("Candidate B is right: four.", "It is four.")
    message, result, judge = await merged(["three", "four"], say)
    assert (message.content, result.status) == ("It is four.", "ok")
    assert "talks about candidates" in judge.asked[1].messages[-1].content
    elections = ["Candidate A won by three.", "Candidate A won by four."]
    message, _, judge = await merged(elections, in_turn("Candidate A won."))
    assert (message.content, len(judge.asked)) == ("Candidate A won.", 1)


async def test_then_the_best_candidate_is_returned_and_the_result_says_so() -> None:
    say = in_turn("both", "still both", verdict("A"), verdict("B"))
    message, result, _ = await merged(['{"n": 3}', '{"n": 4}'], say, SHAPED)
    assert message.content in ('{"n": 3}', '{"n": 4}')
    assert (by(result), result.mode_executed, result.degraded) == ("judge", "best_of", ("writer_invalid",))


async def test_a_judge_who_does_not_answer_is_not_asked_again() -> None:
    _, result, judge = await merged(["three", "four"], in_turn(ModelError("overloaded", "503")))
    assert len(judge.asked) == 1
    assert (by(result), result.degraded) == ("prior", ("writer_failed",))


async def test_calls_are_never_merged() -> None:
    one, two = do("refund", order="1"), do("refund", order="2")
    message, result, _ = await merged([one, two, "Done."], prefers('"2"'), ASKED_TO_ACT)
    assert message == reissued(two, ASKED_TO_ACT)
    assert (by(result), result.mode_executed) == ("judge", "best_of")


async def test_texts_are_merged_where_most_members_answer_with_one() -> None:
    answers: list[str | Message] = [do("refund", order="1"), "Done.", "It is done, and more."]
    message, result, judge = await merged(answers, in_turn("merged"), ASKED_TO_ACT)
    assert message.content == "merged"
    assert by(result) == "merge"
    assert "tool call: refund" not in judge.asked[-1].messages[1].content


async def test_an_inline_analysis_is_not_part_of_the_answer() -> None:
    def say(candidates: Any) -> str:
        mark = judge_mark(judge.asked[-1])
        return f"<{mark}>They differ.</{mark}>\n\nFour."

    judge = ScriptedJudge(say)
    fusion = fusion_of(
        "fusion/m", [Member("a", "three"), Member("b", "four")], judge, mode="merge", judge="judge", analysis="inline"
    )
    assert (await fusion.complete(ASKED)).message.content == "Four."


def judge_mark(request: Request) -> str:
    return request.messages[1].content.rpartition("<analysis-")[2].partition(">")[0].join(("analysis-", ""))


async def test_a_separate_analysis_is_in_the_record_with_the_names_of_members() -> None:
    message, result, judge = await merged(["three", "four"], in_turn(ANALYSIS, "Four."), analysis="separate")
    assert message.content == "Four."
    assert result.decision is not None
    analysis = result.decision.analysis
    assert analysis is not None
    assert {stance.model for stance in analysis.contradictions[0].stances} == {"a", "b"}
    assert '"blind_spots"' in judge.asked[1].messages[1].content


async def test_an_analysis_that_fails_is_left_out_and_never_made_up() -> None:
    message, result, _ = await merged(["three", "four"], in_turn("hm", "hm", "Four."), analysis="separate")
    assert message.content == "Four."
    assert result.decision is not None
    assert (result.decision.analysis, result.degraded) == (None, ("judge_not_valid_json",))


@pytest.mark.parametrize(("preferred", "degraded"), [("four", ("merge_rejected",)), ("mush", ())])
async def test_a_guard_returns_the_candidate_that_beats_the_merged_answer_both_ways(
    preferred: str, degraded: tuple[str, ...]
) -> None:
    def say(candidates: Any) -> Said:
        return prefers(preferred)(candidates) if "mush" in candidates.values() else "mush"

    message, result, _ = await merged(["four", "four", "five"], say, guard=True)
    assert message.content == preferred
    assert result.degraded == degraded
    assert result.decision is not None
    ranked = [verdict.ranking[0] for verdict in result.decision.verdicts]
    assert ranked == (["a", "a"] if degraded else ["writer", "writer"]), "the record has what the guard said"
