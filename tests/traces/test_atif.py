"""Trajectories in ATIF: what the specification demands of them, and those of other writers."""

from typing import Any

import orjson
import pytest

from wardian.base.messages import Message, ToolCall, ToolSchema
from wardian.base.usage import Usage
from wardian.traces.atif import atif_trajectory, is_atif, transcript_of_atif
from wardian.traces.transcript import Transcript, Turn, trace_of

CALLS = (ToolCall(id="c1", name="find", arguments='{"q":"x"}'), ToolCall(id="c2", name="find", arguments="x"))
USAGE = Usage(input_tokens=100, output_tokens=10, cached_tokens=60, reasoning_tokens=4)


def written(**changes: Any) -> dict[str, Any]:
    transcript = Transcript(
        id="k1",
        turns=(
            Turn(message=Message(role="system", content="Rules.")),
            Turn(message=Message(role="user", content="Hello")),
            Turn(message=Message(role="assistant", tool_calls=CALLS, reasoning="hm"), usage=USAGE, cost_usd=0.5),
            Turn(message=Message(role="tool", content="none", tool_call_id="c1"), error=""),
            Turn(message=Message(role="tool", content="no", tool_call_id="c2"), error="invalid_arguments"),
            Turn(message=Message(role="assistant", content="Bye."), usage=USAGE, cost_usd=0.25),
        ),
        prompt="Be kind.",
        about={"run": "r-1", "arm": "careful", "arm_digest": "ab", "model": "mini"},
        tools=(ToolSchema(name="find", description="Finds.", parameters={"type": "object"}),),
        own=True,
    )
    document: dict[str, Any] = orjson.loads(atif_trajectory(transcript.model_copy(update=changes)))
    return document


def test_the_whole_says_who_played() -> None:
    document = written()
    assert (document["schema_version"], document["session_id"], document["trajectory_id"]) == ("ATIF-v1.7", "r-1", "k1")
    agent = document["agent"]
    assert (agent["name"], agent["version"], agent["model_name"]) == ("careful", "ab", "mini")
    assert agent["tool_definitions"][0]["function"]["name"] == "find"
    assert document["final_metrics"] == {
        "total_prompt_tokens": 200,
        "total_completion_tokens": 20,
        "total_cached_tokens": 120,
        "total_cost_usd": 0.75,
        "total_steps": 5,
    }


def test_steps_count_from_one_and_results_stand_with_their_calls() -> None:
    steps = written()["steps"]
    assert [step["step_id"] for step in steps] == [1, 2, 3, 4, 5]
    assert [step["source"] for step in steps] == ["system", "system", "user", "agent", "agent"]
    step = steps[3]
    assert [call["arguments"] for call in step["tool_calls"]] == [{"q": "x"}, {"malformed": "x"}]
    assert [(each["source_call_id"], each["content"]) for each in step["observation"]["results"]] == [
        ("c1", "none"),
        ("c2", "no"),
    ]
    assert (step["metrics"]["prompt_tokens"], step["metrics"]["cached_tokens"]) == (100, 60)
    assert (step["reasoning_content"], step["llm_call_count"]) == ("hm", 1)


def test_only_agents_have_what_only_agents_may_have() -> None:
    only = {"model_name", "reasoning_content", "tool_calls", "metrics", "llm_call_count"}
    assert all(not only & set(step) for step in written()["steps"] if step["source"] != "agent")


def test_a_call_that_no_model_was_asked_for_has_no_metrics() -> None:
    turns = (
        Turn(message=Message(role="assistant", tool_calls=CALLS[:1]), asked=False),
        Turn(message=Message(role="tool", content="none", tool_call_id="c1")),
    )
    (step,) = written(turns=turns, prompt="")["steps"]
    assert step["llm_call_count"] == 0
    assert not {"metrics", "reasoning_content"} & set(step)


def test_a_price_that_is_unknown_makes_the_total_unknown() -> None:
    turns = (Turn(message=Message(role="assistant", content="Hi"), usage=USAGE),)
    assert "total_cost_usd" not in written(turns=turns)["final_metrics"]


def test_a_trajectory_of_another_writer_is_read() -> None:
    call = {"tool_call_id": "x", "function_name": "bash", "arguments": {"cmd": "ls"}}
    document = {
        "schema_version": "ATIF-v1.4",
        "session_id": "s9",
        "agent": {"name": "terminus", "version": "2"},
        "steps": [
            {"step_id": 1, "source": "user", "message": [{"type": "text", "text": "List."}, {"type": "image"}]},
            {"step_id": 2, "source": "agent", "message": "old", "is_copied_context": True},
            {
                "step_id": 3,
                "source": "agent",
                "message": "",
                "tool_calls": [call],
                "observation": {"results": [{"content": "a b"}]},
                "metrics": {"prompt_tokens": 7, "completion_tokens": 2, "cost_usd": 0.1},
            },
            {"step_id": 4, "source": "system", "message": "", "observation": {"results": [{"content": "reset"}]}},
        ],
    }
    assert is_atif(document)
    read = transcript_of_atif(document)
    assert (read.id, read.own) == ("s9", False)
    assert [(turn.message.role, turn.message.content) for turn in read.turns] == [
        ("user", "List."),
        ("assistant", ""),
        ("tool", "a b"),
        ("system", ""),
        ("user", "reset"),
    ]
    assert read.turns[1].usage == Usage(input_tokens=7, output_tokens=2)
    assert read.turns[1].cost_usd == 0.1
    assert [(each.tool, each.result) for each in trace_of(read).calls] == [("bash", "a b")]


@pytest.mark.parametrize("document", [{}, {"schema_version": "1"}, [], "ATIF-v1.7"])
def test_other_documents_are_no_trajectories(document: Any) -> None:
    assert not is_atif(document)
