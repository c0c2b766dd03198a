"""From results to rows."""

import json
from datetime import UTC, datetime

import pytest
from support.episodes import EpisodeBuilder, spec, update

from wardian.base.completion import Completion
from wardian.base.errors import Cause, Failure
from wardian.base.messages import Message
from wardian.base.usage import CallTiming, Retry, Usage
from wardian.episodes.record import Asked, Episode, Stop
from wardian.scoring.score import Score, Scored
from wardian.storage.episode_row import episode_row
from wardian.storage.rows import LARGEST
from wardian.storage.step_rows import score_rows, step_rows


def judged(episode: Episode, success: float = 1.0) -> Scored:
    scores = (Score(metric="success", value=success), Score(metric="score", value=success))
    return Scored(episode=episode, scores=scores)


def completion(**fields: object) -> Completion:
    given = {"message": Message(role="assistant", content="hi"), "finish": "stop", "model": "m", **fields}
    return Completion.model_validate(given)


def asking(*completions: Completion, stop: Stop = "finished") -> Episode:
    events = tuple(Asked(turn=turn, completion=one) for turn, one in enumerate(completions, 1))
    return Episode(spec=spec(), events=events, stop=stop, started_at=1_700_000_000.0, wall_s=3.0)


def test_who_played_what() -> None:
    row = episode_row("run-1", judged(EpisodeBuilder(spec("a", "t9", 7, repeat=2)).say("hi").done()))
    assert row["job_id"] == "run-1"
    assert row["episode_id"] == spec("a", "t9", 7, repeat=2).key
    assert (row["task_key"], row["cluster_key"], row["seed"], row["repeat"]) == ("shop/t9", "return", 7, 2)
    assert (row["arm"], row["model"], row["prompt"]) == ("a", "model-a", "plain")


def test_counts_tokens_and_cost() -> None:
    episode = EpisodeBuilder().call("get").call("get", error="not_found").say("bye").done()
    row = episode_row("r", judged(episode))
    assert (row["n_turns"], row["n_tool_calls"], row["n_tool_errors"]) == (3, 2, 1)
    assert (row["input_tokens"], row["output_tokens"]) == (300, 30)
    assert row["cost_usd"] == pytest.approx(0.03)


def test_one_unknown_price_makes_the_cost_unknown() -> None:
    row = episode_row("r", judged(asking(completion(cost_usd=0.1), completion(cost_usd=None))))
    assert row["cost_usd"] is None


def test_times_and_waiting() -> None:
    timing = CallTiming(queue_s=0.5, total_s=0.2, retried=(Retry(kind="overloaded", at_s=0.1, pause_s=0.1),) * 2)
    row = episode_row("r", judged(asking(completion(timing=timing), completion(timing=timing))))
    assert (row["wall_s"], row["wait_s"], row["working_s"], row["retries"]) == (3.0, 1.0, 2.0, 4)
    assert row["started_at"] == datetime.fromtimestamp(1_700_000_000, UTC)
    assert (row["ended_at"] - row["started_at"]).total_seconds() == 3.0


@pytest.mark.parametrize(
    ("scored", "outcome", "cause", "limit"),
    [
        (judged(EpisodeBuilder().say("a").done()), "success", None, None),
        (judged(EpisodeBuilder().say("a").done(), 0.0), "fail", None, None),
        (judged(EpisodeBuilder().say("a").done(stop="turn_limit"), 0.0), "limit", None, "turns"),
        (judged(EpisodeBuilder().say("a").done(stop="error_limit"), 0.0), "limit", None, "tool_errors"),
        (judged(EpisodeBuilder().say("a").done(stop="time_limit")), "success", None, "wall_s"),
        (judged(asking(completion(finish="refusal")), 0.0), "refusal", None, None),
        (judged(EpisodeBuilder().broken("agent"), 0.0), "fail", "agent", None),
        (Scored(episode=EpisodeBuilder().broken("provider")), "error", "provider", None),
        (Scored(episode=EpisodeBuilder().broken("environment")), "error", "environment", None),
    ],
)
def test_outcomes(scored: Scored, outcome: str, cause: Cause | None, limit: str | None) -> None:
    row = episode_row("r", scored)
    assert (row["outcome"], row["failure_cause"], row["limit_type"]) == (outcome, cause, limit)


def test_a_missing_episode_has_no_score_but_a_reason() -> None:
    row = episode_row("r", judged(EpisodeBuilder().broken("provider", "rate_limited")))
    assert row["score"] is None
    assert (row["error_type"], row["error_message"]) == ("rate_limited", "it broke")


def test_a_broken_scorer_is_the_graders_fault() -> None:
    failure = Failure(cause="infra", kind="ZeroDivisionError", message="oops")
    row = episode_row("r", Scored(episode=EpisodeBuilder().say("a").done(), failure=failure))
    assert (row["outcome"], row["failure_cause"], row["error_type"]) == ("error", "grader", "ZeroDivisionError")


def test_absurd_token_counts_fit_the_column() -> None:
    absurd = completion(usage=Usage(input_tokens=10**30))
    scored = judged(asking(absurd, absurd))
    assert episode_row("r", scored)["input_tokens"] == LARGEST
    assert next(step_rows(scored))["input_tokens"] == LARGEST


def test_steps_hold_only_what_was_new() -> None:
    changes = (update("orders", "1", "status", "returned"),)
    built = EpisodeBuilder().policy("Be kind.").user("Return it.").call("return", '{"id": 1}', "ok", changes=changes)
    said, asked, acted = list(step_rows(judged(built.user("Thanks.").done())))[1:4]
    assert (said["kind"], said["actor"], said["text"], said["turn"]) == ("said", "user", "Return it.", 0)
    assert json.loads(asked["tool_calls"] or "")[0]["arguments"] == '{"id": 1}'
    assert (asked["kind"], asked["actor"], asked["turn"], asked["step"]) == ("asked", "agent", 1, 2)
    assert (acted["call_name"], acted["args_json"], acted["result_text"]) == ("return", '{"id": 1}', "ok")
    assert acted["changed_state"] is True
    assert json.loads(acted["state_delta"] or "")[0]["after"] == "returned"


def test_faults_stand_with_the_calls_that_they_struck() -> None:
    struck = EpisodeBuilder().call("pay", error="timeout", fault="timeout").call("pay").call("look", fault="slow")
    scored = judged(struck.done())
    assert episode_row("r", scored)["n_faults"] == 2
    assert [row["fault"] for row in step_rows(scored) if row["kind"] == "acted"] == ["timeout", None, "slow"]


def test_steps_say_which_deployment_answered() -> None:
    hedged = CallTiming(hedged=True)
    answers = completion(), completion(deployment="near", timing=hedged)
    rows = list(step_rows(judged(asking(*answers))))
    assert [(row["model"], row["deployment"], row["hedged"]) for row in rows] == [
        ("m", None, False),
        ("m", "near", True),
    ]


def test_words_after_a_turn_belong_to_it() -> None:
    rows = list(step_rows(judged(EpisodeBuilder().policy("P").user("A").say("B").user("C").say("D").done())))
    assert [row["turn"] for row in rows] == [0, 0, 1, 1, 2]
    assert [row["actor"] for row in rows] == ["environment", "user", "agent", "user", "agent"]


def test_scores_are_long() -> None:
    scores = (Score(metric="recovery_rate", value=None), Score(metric="redundant_calls", value=2, evidence=(3, 5)))
    rows = list(score_rows(Scored(episode=EpisodeBuilder().done(), scores=scores)))
    assert [(row["metric"], row["value"], row["evidence"]) for row in rows] == [
        ("recovery_rate", None, ()),
        ("redundant_calls", 2, (3, 5)),
    ]
