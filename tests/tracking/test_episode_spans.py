"""Spans from the record: names and attributes of the conventions, times, parents, and what is kept back."""

from collections.abc import Sequence

import orjson
import pytest
from opentelemetry.semconv._incubating.attributes import gen_ai_attributes
from support.episodes import EpisodeBuilder
from support.episodes import spec as episode_spec

from wardian.base.bundle import Bundle
from wardian.base.completion import Completion
from wardian.base.errors import Failure
from wardian.base.messages import Message, ToolCall
from wardian.base.usage import CallTiming, Retry, Usage
from wardian.environments.observation import Observation
from wardian.episodes.record import Acted, Asked, Episode, Said
from wardian.scoring.score import Score, Scored
from wardian.specs.job import JobSpec
from wardian.tracking import gen_ai
from wardian.tracking.episode_spans import EpisodeSpans
from wardian.tracking.span import Span, SpanEvent

KEY = "sk-" + "a1b2" * 8
RETRY = Retry(kind="overloaded", at_s=0.25, pause_s=0.5)
CALL = ToolCall(id="c1", name="find", arguments=f'{{"token": "{KEY}"}}')


def job(**telemetry: object) -> JobSpec:
    return JobSpec.model_validate(
        {
            "name": "shop",
            "environments": [{"pack": "shop"}],
            "agents": [
                {"name": "arm", "model": "mini", "prompt": "plain", "sampling": {"temperature": 0.5, "stop": ["x"]}},
                {"name": "panel", "model": "fusion/two"},
                {"kind": "reference"},
            ],
            "prompts": {"plain": "Be kind."},
            "models": {
                "mini": {"base_url": "https://api.groq.com/openai/v1", "model": "groq-mini", "stream": True},
                "other": {"base_url": "sim://127.0.0.1:9"},
                "claude": {"base_url": "http://proxy:8080/v1", "dialect": "anthropic"},
            },
            "fusions": {"two": {"members": ["mini", "other"]}},
            "telemetry": {"otlp": "http://127.0.0.1:4318", **telemetry},
        }
    )


def played(arm: str = "arm") -> Episode:
    """One call that was repeated, a tool that fails, a word at the end."""
    first = Completion(
        message=Message(role="assistant", tool_calls=(CALL,), reasoning="hm"),
        finish="tool_calls",
        model="mini",
        usage=Usage(input_tokens=9, output_tokens=2, cached_tokens=4, reasoning_tokens=1),
        cost_usd=0.5,
        timing=CallTiming(queue_s=0.125, total_s=1.5, retried=(RETRY,)),
    )
    last = Completion(message=Message(role="assistant", content="Bye."), finish="stop", model="mini", cost_usd=0.25)
    return Episode(
        spec=episode_spec(arm),
        events=(
            Said(speaker="policy", text="Rules."),
            Said(speaker="user", text="Hello"),
            Asked(turn=1, completion=first, at_s=1.0, seconds=2.0),
            Acted(
                turn=1,
                call=CALL,
                observation=Observation(text=f"no {KEY}", error="not_found"),
                digest="s0",
                changed=False,
                at_s=3.0,
                seconds=0.5,
            ),
            Asked(turn=2, completion=last, at_s=3.5, seconds=1.0),
        ),
        stop="finished",
        started_at=1_000.0,
        wall_s=5.0,
    )


def spans_of(episode: Episode, *scores: Score, **telemetry: object) -> list[Span]:
    return EpisodeSpans("run-1", job(**telemetry)).of(Scored(episode=episode, scores=scores))


def test_one_span_for_the_episode_and_each_call() -> None:
    spans = spans_of(played())
    assert [(span.name, span.client, span.start_s, span.end_s) for span in spans] == [
        ("invoke_agent arm", False, 1_000.0, 1_005.0),
        ("chat groq-mini", True, 1_001.0, 1_003.0),
        ("execute_tool find", False, 1_003.0, 1_003.5),
        ("chat groq-mini", True, 1_003.5, 1_004.5),
    ]
    assert len({span.id for span in spans}) == 4
    assert {span.trace for span in spans} == {spans[0].trace}
    assert [span.parent for span in spans] == [None, *[spans[0].id] * 3]
    assert {span.attributes[gen_ai.CONVERSATION] for span in spans} == {episode_spec("arm").key}


def test_a_model_call_says_how_it_was_made() -> None:
    call = spans_of(played())[1]
    assert call.attributes == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "groq",
        "gen_ai.conversation.id": episode_spec("arm").key,
        "gen_ai.request.model": "groq-mini",
        "gen_ai.request.temperature": 0.5,
        "gen_ai.request.stop_sequences": ("x",),
        "gen_ai.request.stream": True,
        "gen_ai.response.finish_reasons": ("tool_calls",),
        "gen_ai.usage.input_tokens": 9,
        "gen_ai.usage.output_tokens": 2,
        "gen_ai.usage.cache_read.input_tokens": 4,
        "gen_ai.usage.cache_creation.input_tokens": 0,
        "gen_ai.usage.reasoning.output_tokens": 1,
        "server.address": "api.groq.com",
        "server.port": 443,
        "wardian.lane": "mini",
        "wardian.turn": 1,
        "wardian.queue_s": 0.125,
        "wardian.retries": 1,
        "wardian.cached": False,
        "wardian.replayed": False,
        "wardian.simulated": False,
        "wardian.cost_usd": 0.5,
    }
    retry = SpanEvent("wardian.retry", 1_001.25, {"error.type": "overloaded", "wardian.pause_s": 0.5})
    assert call.events == (retry,)
    assert call.error is None


def test_a_call_that_another_deployment_answered_says_so() -> None:
    places = {"near": {"base_url": "http://near/v1"}, "far": {"base_url": "https://api.x.ai/v1", "model": "far-m"}}
    shop = job().model_dump(mode="json")
    shop["models"]["mini"] = {"deployments": places}
    message = Message(role="assistant", content="Bye.")
    answers = [Completion(message=message, finish="stop", model="mini", deployment=label) for label in places]
    events = tuple(Asked(turn=turn, completion=answer) for turn, answer in enumerate(answers, 1))
    episode = played().model_copy(update={"events": events})
    calls = EpisodeSpans("run-1", JobSpec.model_validate(shop)).of(Scored(episode=episode, scores=()))[1:]
    said = ("wardian.lane", "gen_ai.request.model", "gen_ai.provider.name", "server.address")
    assert [[call.attributes[name] for name in said] for call in calls] == [
        ["mini#near", "mini", "openai", "near"],
        ["mini#far", "far-m", "x_ai", "api.x.ai"],
    ]


def test_the_episode_says_what_came_out() -> None:
    scores = Score("success", 1.0, explanation="all checks"), Score("recovery", None)
    episode = spans_of(played(), *scores)[0]
    known = episode.attributes
    assert (known["gen_ai.operation.name"], known["gen_ai.agent.name"]) == ("invoke_agent", "arm")
    assert (known["gen_ai.usage.input_tokens"], known["wardian.cost_usd"]) == (9, 0.75)
    assert (known["wardian.run"], known["wardian.job"], known["wardian.task"]) == ("run-1", "shop", "t1")
    judged: dict[str, str | float] = {"gen_ai.evaluation.name": "success", "gen_ai.evaluation.score.value": 1.0}
    assert episode.events == (SpanEvent("gen_ai.evaluation.result", 1_005.0, judged),)


def test_a_tool_says_how_it_failed() -> None:
    tool = spans_of(played())[2]
    assert (tool.attributes["gen_ai.tool.name"], tool.attributes["gen_ai.tool.call.id"]) == ("find", "c1")
    assert (tool.attributes["error.type"], tool.error) == ("not_found", "")


def test_a_call_without_an_answer_has_a_span_too() -> None:
    failure = Failure(cause="provider", kind="timeout", message="no answer to 'Hello'", retried=(RETRY,))
    change = {"failure": failure, "stop": "failed", "unanswered_at_s": 4.5, "events": played().events[:4]}
    spans = spans_of(played().model_copy(update=change))
    assert [span.name for span in spans][2:] == ["execute_tool find", "chat groq-mini"]
    lost = spans[-1]
    assert (lost.start_s, lost.end_s, lost.error) == (1_004.5, 1_005.0, "")
    assert (lost.attributes["error.type"], lost.attributes["wardian.turn"]) == ("timeout", 2)
    assert [event.at_s for event in lost.events] == [1_004.75]
    assert (spans[0].attributes["error.type"], spans[0].error) == ("timeout", "")
    assert "Hello" not in repr(spans)


def test_nothing_that_was_said_without_being_asked_for() -> None:
    text = repr(spans_of(played(), Score("success", 1.0, explanation="the customer Hello")))
    for word in ("Hello", "Rules", "Bye", "Be kind", KEY, "hm"):
        assert word not in text
    assert not [name for name in opt_in(spans_of(played())) if name]


def opt_in(spans: Sequence[Span]) -> list[str]:
    names = {gen_ai.INPUT_MESSAGES, gen_ai.OUTPUT_MESSAGES, gen_ai.TOOL_ARGUMENTS, gen_ai.TOOL_RESULT}
    return [name for span in spans for name in span.attributes if name in names | {gen_ai.SYSTEM_INSTRUCTIONS}]


def test_what_was_said_when_asked_for_but_never_a_key() -> None:
    spans = spans_of(played(), content=True)
    assert KEY not in repr(spans)
    assert orjson.loads(str(spans[0].attributes[gen_ai.SYSTEM_INSTRUCTIONS])) == [
        {"type": "text", "content": "Be kind."}
    ]
    opening = [
        {"role": "system", "parts": [{"type": "text", "content": "Rules."}]},
        {"role": "user", "parts": [{"type": "text", "content": "Hello"}]},
    ]
    assert orjson.loads(str(spans[0].attributes[gen_ai.INPUT_MESSAGES])) == opening
    assert orjson.loads(str(spans[1].attributes[gen_ai.INPUT_MESSAGES])) == opening
    said = orjson.loads(str(spans[1].attributes[gen_ai.OUTPUT_MESSAGES]))
    assert [part["type"] for part in said[0]["parts"]] == ["reasoning", "tool_call"]
    assert said[0]["finish_reason"] == "tool_calls"
    heard = orjson.loads(str(spans[3].attributes[gen_ai.INPUT_MESSAGES]))
    result = {"type": "tool_call_response", "id": "c1", "response": "no [key]"}
    assert heard == [{"role": "tool", "parts": [result]}], (
        "only what is new: the whole history would grow quadratically"
    )
    assert spans[2].attributes[gen_ai.TOOL_ARGUMENTS] == '{"token": "[key]"}'


def test_a_version_asks_what_its_agent_asks_and_is_told_its_own_text() -> None:
    episode = played()
    agent = episode.spec.agent.version(Bundle(agent="arm", texts={"system": "Be brief."}), "arm@1")
    version = episode.model_copy(update={"spec": episode.spec.model_copy(update={"agent": agent})})
    spans = spans_of(version, content=True)
    assert [span.name for span in spans][:2] == ["invoke_agent arm@1", "chat groq-mini"]
    assert "Be brief." in str(spans[0].attributes)
    assert "Be kind." not in str(spans[0].attributes)


def test_the_same_record_gives_the_same_ids_and_another_run_others() -> None:
    again = [span.id for span in spans_of(played())]
    assert [span.id for span in spans_of(played())] == again
    elsewhere = EpisodeSpans("run-2", job()).of(Scored(episode=played()))
    assert not {span.id for span in elsewhere} & set(again)


@pytest.mark.parametrize(
    ("arm", "names"),
    [
        ("panel", ["invoke_agent panel", "chat fusion/two", "execute_tool find", "chat fusion/two"]),
        ("reference", ["invoke_agent reference", "execute_tool find"]),
    ],
)
def test_fusions_answer_here_and_scripts_ask_nobody(arm: str, names: list[str]) -> None:
    spans = spans_of(played(arm))
    assert [span.name for span in spans] == names
    assert not [span for span in spans if span.client]


def test_a_sample_is_a_part_and_always_the_same() -> None:
    episodes = [played().model_copy(update={"spec": episode_spec("arm", seed=seed)}) for seed in range(400)]
    half = [bool(spans_of(episode, sample=0.5)) for episode in episodes]
    assert 150 < sum(half) < 250
    assert [bool(spans_of(episode, sample=0.5)) for episode in episodes] == half
    assert not spans_of(episodes[0], sample=0.0)


def test_an_episode_by_hand_has_spans() -> None:
    """Records from before there were times: everything happens at once, nothing breaks."""
    assert len(spans_of(EpisodeBuilder(episode_spec("arm")).user("x").call("t").say("y").done())) == 4


def test_the_names_are_those_of_the_conventions() -> None:
    ours = {value for value in vars(gen_ai).values() if isinstance(value, str) and value.startswith("gen_ai.")}
    theirs = {value for name, value in vars(gen_ai_attributes).items() if name.startswith("GEN_AI_")}
    assert ours - theirs <= {gen_ai.EVALUATION_EVENT}
