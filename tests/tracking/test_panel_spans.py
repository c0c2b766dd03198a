"""A fused answer is a part of the trace: its members, its judge and its decision."""

from typing import Any

import orjson
from support.episodes import spec as episode_spec

from wardian.base.completion import Completion
from wardian.base.errors import Failure
from wardian.base.fused import Answer, Decision, FusionResult, Tally
from wardian.base.messages import Message
from wardian.base.usage import Usage
from wardian.episodes.record import Asked, Episode
from wardian.scoring.score import Scored
from wardian.specs.job import JobSpec
from wardian.traces.otlp_spans import transcripts_of_export
from wardian.tracking import gen_ai
from wardian.tracking.episode_spans import EpisodeSpans
from wardian.tracking.otlp_json import otlp_line
from wardian.tracking.span import Span

MODELS: dict[str, Any] = {
    "mini": {"base_url": "https://api.groq.com/openai/v1", "model": "groq-mini"},
    "other": {"base_url": "https://api.x.ai/v1"},
    "judge": {"base_url": "https://api.anthropic.com/v1", "dialect": "anthropic"},
}
TIMED_OUT = Failure(cause="provider", kind="timeout", message="no answer to: secret plans")
INSIDE = FusionResult(
    name="fusion/pair",
    mode_requested="vote",
    mode_executed="vote",
    answers=(Answer(seat="mini#1", model="mini", state="ok", began_s=0.0, ended_s=0.25),),
    elapsed_s=0.5,
)
FUSION = FusionResult(
    name="fusion/council",
    mode_requested="merge",
    mode_executed="best_of",
    status="degraded",
    degraded=("quorum_missed",),
    answers=(
        Answer(
            seat="mini",
            model="mini",
            state="ok",
            message=Message(role="assistant", content="secret plans"),
            finish="stop",
            usage=Usage(input_tokens=9, output_tokens=2),
            cost_usd=0.5,
            ended_s=1.0,
        ),
        Answer(seat="other", model="other", state="timeout", failure=TIMED_OUT, ended_s=1.5, cost_usd=None),
        Answer(seat="fusion/pair", model="fusion/pair", state="ok", ended_s=0.5, inside=INSIDE),
        Answer(seat="judge/1", model="judge", role="judge", state="ok", began_s=1.5, ended_s=1.75),
    ),
    decision=Decision(by="judge", winner="mini", votes=(Tally(key="k", seats=("mini", "fusion/pair"), weight=2),)),
    elapsed_s=2.0,
)


def spans(**telemetry: object) -> list[Span]:
    job = JobSpec.model_validate(
        {
            "name": "shop",
            "environments": [{"pack": "shop"}],
            "agents": [{"name": "arm", "model": "fusion/council"}],
            "models": MODELS,
            "fusions": {
                "pair": {"members": [{"model": "mini", "samples": 2}]},
                "council": {"mode": "merge", "members": ["mini", "other", "fusion/pair"], "judge": "judge"},
            },
            "telemetry": {"otlp": "http://127.0.0.1:4318", **telemetry},
        }
    )
    said = Message(role="assistant", content="secret plans")
    completion = Completion(message=said, finish="stop", model="fusion/council", fusion=FUSION)
    asked = Asked(turn=1, completion=completion, at_s=1.0, seconds=2.0)
    episode = Episode(spec=episode_spec("arm"), events=(asked,), stop="finished", started_at=1_000.0, wall_s=5.0)
    return EpisodeSpans("run-1", job).of(Scored(episode=episode))


def test_one_span_for_each_member_the_judge_and_the_decision_below_the_fused_call() -> None:
    root, fused, *below = spans()
    assert [(span.name, span.client, span.start_s, span.end_s) for span in (fused, *below)] == [
        ("chat fusion/council", False, 1_001.0, 1_003.0),
        ("chat groq-mini", True, 1_001.0, 1_002.0),
        ("chat other", True, 1_001.0, 1_002.5),
        ("chat fusion/pair", False, 1_001.0, 1_001.5),
        ("chat groq-mini", True, 1_001.0, 1_001.25),
        ("chat judge", True, 1_002.5, 1_002.75),
        ("decide fusion/council", False, 1_002.75, 1_003.0),
    ]
    pair = below[2]
    assert fused.parent == root.id
    assert [span.parent for span in below] == [fused.id] * 3 + [pair.id] + [fused.id] * 2
    assert len({span.id for span in (root, fused, *below)}) == 8
    assert [span.id for span in spans()] == [span.id for span in (root, fused, *below)]


def test_a_member_says_what_came_of_its_call() -> None:
    mini, other = spans()[2:4]
    known = mini.attributes
    assert (known["gen_ai.provider.name"], known["gen_ai.request.model"]) == ("groq", "groq-mini")
    assert (known["gen_ai.usage.input_tokens"], known["gen_ai.usage.output_tokens"]) == (9, 2)
    assert (known["wardian.seat"], known["wardian.role"], known["wardian.state"]) == ("mini", "member", "ok")
    assert (known["wardian.cost_usd"], known[gen_ai.CONVERSATION]) == (0.5, episode_spec("arm").key)
    assert (other.attributes["error.type"], other.attributes["wardian.state"], other.error) == (
        "timeout",
        "timeout",
        "",
    )
    assert "wardian.cost_usd" not in other.attributes


def test_the_decision_says_why() -> None:
    known = spans()[-1].attributes
    assert {
        name: known[f"wardian.{name}"] for name in ("mode_requested", "mode", "status", "decided_by", "winner")
    } == {
        "mode_requested": "merge",
        "mode": "best_of",
        "status": "degraded",
        "decided_by": "judge",
        "winner": "mini",
    }
    assert known["wardian.degraded"] == ("quorum_missed",)
    assert known["wardian.votes"] == ("2: mini, fusion/pair",)
    assert "wardian.share" not in known


def test_nothing_of_what_members_said_without_being_asked_for() -> None:
    assert "secret" not in repr(spans())
    assert otlp_line(spans()).count(b"secret") == 0
    told = spans(content=True)
    assert "secret plans" in str(told[2].attributes[gen_ai.OUTPUT_MESSAGES])
    assert told[3].error == TIMED_OUT.message


def test_who_reads_the_spans_again_hears_the_fused_answer_once() -> None:
    (transcript,) = transcripts_of_export([orjson.loads(otlp_line(spans(content=True)))])
    assert [turn.message.content for turn in transcript.turns] == ["secret plans"]
