"""Metrics of conversations that were recorded elsewhere."""

import re

import orjson
import pytest
from support.episodes import EpisodeBuilder
from support.shipped import ROOT, shipped

from wardian.base.messages import Message, ToolCall
from wardian.base.usage import Usage
from wardian.certification.trial import tried
from wardian.episodes.transcribed import transcript_of
from wardian.scoring.catalogue import CATALOGUE
from wardian.scoring.recorded import FROM_RECORDS, RecordedScores, score_record
from wardian.scoring.trajectory import TrajectoryScorer
from wardian.traces.openai_messages import openai_line, transcript_of_record
from wardian.traces.transcript import Transcript, Turn

CALL = ToolCall(id="c1", name="get_order", arguments='{"order_id": "W9"}')
TOLD = Turn(message=Message(role="user", content="My order W1?"))
ASKED = Turn(message=Message(role="assistant", tool_calls=(CALL,)))
ANSWER = Turn(message=Message(role="tool", content='{"error": {"code": "not_found"}}', tool_call_id="c1"))


async def scored(*turns: Turn) -> RecordedScores:
    return await score_record(Transcript(id="k", turns=turns))


def values(scored: RecordedScores) -> dict[str, float | None]:
    return {score.metric: score.value for score in scored.scores}


async def test_a_bare_record_gives_what_follows_from_its_words_and_calls() -> None:
    found = await scored(TOLD, ASKED, ANSWER)
    assert values(found) == {
        "n_tool_calls": 1.0,
        "turns": 1.0,
        "unknown_tool": 0.0,
        "schema_invalid": 0.0,
        "ungrounded_args": 1.0,
        "recovery_rate": 0.0,
        "recovered_at_1": 0.0,
        "recovered_at_5": 0.0,
        "identical_retry_rate": 0.0,
        "nonexistent_ref": 1.0,
        "unsupported_number": 0.0,
        "repeated_questions": 0.0,
        "unanswered_questions": 1.0,
        "steps_to_recover": None,
    }


@pytest.mark.parametrize(("arguments", "count"), [('{"a":', 1.0), ("[1]", 1.0), ("{}", None), ("", None)])
async def test_arguments_that_are_no_object_count_whatever_was_answered(arguments: str, count: float | None) -> None:
    call = CALL.model_copy(update={"arguments": arguments})
    asked = Turn(message=Message(role="assistant", tool_calls=(call,)))
    answer = Turn(message=Message(role="tool", content="Could not parse the arguments", tool_call_id="c1"))
    assert values(await scored(TOLD, asked, answer)).get("schema_invalid") == count


async def test_what_does_not_follow_says_why() -> None:
    why = (await scored(TOLD, ASKED, ANSWER)).left_out
    assert why["success"] == "needs the environment's checks or its state, which only a run has"
    assert why["tokens"] == "tokens are not recorded for every answer"
    assert why["cost_usd"] == "a price is not recorded for every answer"
    assert why["redundant_calls"] == why["loop_len"] == "it is not recorded what a call did to the state"


async def test_every_metric_has_a_score_or_a_reason() -> None:
    found = await scored(TOLD, ASKED, ANSWER)
    assert {*values(found), *found.left_out} == {metric.name for metric in CATALOGUE}
    assert not {*values(found)} & {*found.left_out}
    assert set(FROM_RECORDS) < {metric.name for metric in CATALOGUE}


def test_the_guide_tells_of_all_that_follow_from_a_record() -> None:
    page = (ROOT / "docs/guides/export.md").read_text(encoding="utf-8")
    table = page[page.index("| metric | needs in the record |") : page.index("Whether a result is a failure")]
    assert set(re.findall(r"`(\w+)`", table)) == set(FROM_RECORDS)


@pytest.mark.parametrize("name", ["retail", "ops", "bank", "openapi_demo"])
async def test_what_packs_play_has_the_values_of_the_run_when_it_is_read_again(name: str) -> None:
    """With clocks that move, faults, and calls that are made twice."""
    pack = shipped(name)
    for card in list(pack.tasks())[:6]:
        script = list(pack.reference(card.id))
        episode = await tried(pack, card, [*script[:2], *script, *script])
        ours = {score.metric: score.value for score in await TrajectoryScorer().score(episode)}
        read = transcript_of_record(orjson.loads(openai_line(transcript_of(episode))), 0)
        assert read is not None
        found = (await score_record(read)).scores
        assert {score.metric: score.value for score in found} == {metric: ours[metric] for metric in FROM_RECORDS}


SILENT = Turn(message=Message(role="tool", content="Shipped on Monday.", tool_call_id="c1"))


async def test_where_nobody_says_whether_calls_failed_none_is_said_to_have_succeeded() -> None:
    why = (await scored(TOLD, ASKED, SILENT)).left_out
    of_failures = {"unknown_tool", "recovery_rate", "recovered_at_1", "recovered_at_5", "steps_to_recover"}
    assert {name for name, reason in why.items() if reason == "it is not recorded whether a call failed"} == {
        *of_failures,
        "identical_retry_rate",
        "schema_invalid",
    }
    assert why["nonexistent_ref"] == "it is not recorded whether a call failed, or what was said to the agent"


async def test_one_result_that_says_how_it_went_speaks_for_all() -> None:
    told = SILENT.model_copy(update={"error": ""})
    assert values(await scored(TOLD, ASKED, told))["unknown_tool"] == 0.0
    assert values(await scored(TOLD, ASKED, SILENT, ASKED, ANSWER))["unknown_tool"] == 0.0


async def test_where_nothing_was_called_no_tool_was_unknown() -> None:
    assert values(await scored(TOLD))["unknown_tool"] == 0.0


async def test_without_words_nothing_is_called_made_up() -> None:
    assert (await scored(ASKED, ANSWER)).left_out["ungrounded_args"] == "what was said to the agent is not recorded"


async def test_turns_are_not_counted_where_no_model_was_recorded() -> None:
    told = ASKED.model_copy(update={"asked": False})
    assert "turns" in (await scored(TOLD, told, ANSWER)).left_out


async def test_one_answer_without_tokens_leaves_the_sum_out() -> None:
    full = ASKED.model_copy(update={"usage": Usage(input_tokens=5, output_tokens=1), "cost_usd": 0.5})
    assert values(await scored(TOLD, full, ANSWER))["tokens"] == 6.0
    assert values(await scored(TOLD, full, ANSWER))["cost_usd"] == 0.5
    assert {"tokens", "cost_usd"} <= set((await scored(TOLD, full, ANSWER, ASKED)).left_out)


async def test_of_our_own_record_the_values_are_those_of_the_run() -> None:
    episode = (
        EpisodeBuilder()
        .policy("Rules.")
        .user("My order W1?")
        .call("get_order", {"order_id": "W9"}, error="not_found")
        .call("get_order", {"order_id": "W1"})
        .call("get_order", {"order_id": "W1"})
        .call("no_such", error="unknown_tool")
        .say("Late.")
        .done()
    )
    ours = {score.metric: score for score in await TrajectoryScorer().score(episode)}
    found = await score_record(transcript_of(episode, prompt="Mind W9."))
    assert len(found.scores) == len(FROM_RECORDS)
    assert all(score == ours[score.metric] for score in found.scores), "with the same evidence"
    assert values(found)["redundant_calls"] == 1.0
    assert values(found)["ungrounded_args"] == 1.0, "a prompt is no source"


async def test_a_price_that_is_unknown_stays_unknown() -> None:
    episode = EpisodeBuilder(price=None).user("Hi").say("Hi").done()
    assert "cost_usd" in (await score_record(transcript_of(episode))).left_out
