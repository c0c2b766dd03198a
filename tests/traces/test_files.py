"""Recorded conversations are read, whichever of three formats they are in."""

import json
from pathlib import Path
from typing import Any

import pytest

from wardian.base.errors import ConfigError
from wardian.traces.files import read_traces
from wardian.traces.trace import Trace

ASKED = {"id": "c1", "type": "function", "function": {"name": "get_loan", "arguments": '{"id": "L1"}'}}
MESSAGES: list[dict[str, Any]] = [
    {"role": "system", "content": "Be kind."},
    {"role": "user", "content": "My loan?"},
    {"role": "assistant", "content": None, "tool_calls": [ASKED]},
    {"role": "tool", "tool_call_id": "c1", "content": '{"id": "L1", "due": "2026-03-10"}'},
    {"role": "assistant", "content": "Due in March."},
]


def read(tmp_path: Path, *documents: Any) -> list[Trace]:
    file = tmp_path / "traces.jsonl"
    file.write_text("".join(json.dumps(each) + "\n" for each in documents), encoding="utf-8")
    return read_traces(file)


def attributes(**known: Any) -> list[dict[str, Any]]:
    values = {key: {"stringValue": value} if isinstance(value, str) else value for key, value in known.items()}
    return [{"key": key.replace("__", "."), "value": value} for key, value in values.items()]


def exported(*spans: dict[str, Any]) -> dict[str, Any]:
    return {"resourceSpans": [{"scopeSpans": [{"spans": list(spans)}]}]}


def span(start: int, **known: Any) -> dict[str, Any]:
    return {"traceId": "aa", "startTimeUnixNano": str(start), "attributes": attributes(**known)}


def test_chat_messages_give_calls_with_their_answers(tmp_path: Path) -> None:
    (trace,) = read(tmp_path, {"messages": MESSAGES, "metadata": {"task": "renew"}, "id": "k1"})
    assert (trace.id, trace.task, trace.opening, trace.closing) == ("k1", "renew", "My loan?", "Due in March.")
    (call,) = trace.calls
    assert (call.tool, call.arguments, call.result) == ("get_loan", '{"id": "L1"}', MESSAGES[3]["content"])


@pytest.mark.parametrize(
    "record",
    [
        MESSAGES,
        {"traj": MESSAGES},
        {"request": {"body": {"messages": MESSAGES}}},
        {"prompt": MESSAGES[:2], "completion": MESSAGES[2:], "reward": 1.0},
        {"prompt": MESSAGES[:2], "completion": [{**MESSAGES[2], "tool_calls": [json.dumps(ASKED)]}, *MESSAGES[3:]]},
        {"messages": MESSAGES[:4], "response": {"choices": [{"message": MESSAGES[4]}]}},
    ],
)
def test_logs_keep_messages_in_several_places(tmp_path: Path, record: Any) -> None:
    (trace,) = read(tmp_path, record)
    assert [call.tool for call in trace.calls] == ["get_loan"]
    assert trace.closing == "Due in March."


def test_items_of_the_responses_api_are_read(tmp_path: Path) -> None:
    items = [
        {"role": "user", "content": [{"type": "input_text", "text": "My loan?"}]},
        {"type": "function_call", "call_id": "c1", "name": "get_loan", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "c1", "output": "gone"},
    ]
    (trace,) = read(tmp_path, {"input": items})
    assert [(call.tool, call.result) for call in trace.calls] == [("get_loan", "gone")]
    assert trace.opening == "My loan?"


def test_a_conversation_that_is_logged_with_every_request_counts_once(tmp_path: Path) -> None:
    more = [*MESSAGES, {**MESSAGES[2], "tool_calls": [{**ASKED, "id": "c2"}]}, {**MESSAGES[3], "tool_call_id": "c2"}]
    traces = read(
        tmp_path, {"id": "a", "messages": MESSAGES}, {"id": "a", "messages": more}, {"id": "b", "messages": more}
    )
    assert [(trace.id, len(trace.calls)) for trace in traces] == [("a", 2), ("b", 2)]


def test_spans_of_tools_are_read_in_their_order(tmp_path: Path) -> None:
    tool: dict[str, Any] = {"gen_ai__operation__name": "execute_tool", "gen_ai__conversation__id": "k7"}
    first = span(1, **tool, gen_ai__tool__name="list", gen_ai__tool__call__arguments='{"n":1}', wardian__task="renew")
    arguments = {"kvlistValue": {"values": [{"key": "id", "value": {"intValue": "7"}}]}}
    second = span(2, **tool, gen_ai__tool__name="get", gen_ai__tool__call__arguments=arguments)
    second["status"] = {"code": 2}
    traces = read(tmp_path, exported(second), exported(first))
    (trace,) = traces
    assert (trace.id, trace.task) == ("k7", "renew")
    assert [(call.tool, call.arguments, call.error) for call in trace.calls] == [
        ("list", '{"n":1}', None),
        ("get", '{"id":7}', "error"),
    ]


def test_without_such_spans_the_messages_of_model_calls_are_read(tmp_path: Path) -> None:
    said = [{"role": "user", "parts": [{"type": "text", "content": "My loan?"}]}]
    called = [{"role": "assistant", "parts": [{"type": "tool_call", "id": "c1", "name": "get", "arguments": {"n": 1}}]}]
    answer = [{"role": "tool", "parts": [{"type": "tool_call_response", "id": "c1", "response": "none"}]}]
    first = span(1, gen_ai__input__messages=json.dumps(said), gen_ai__output__messages=json.dumps(called))
    second = span(2, gen_ai__input__messages=json.dumps([*said, *called, *answer]))
    (trace,) = read(tmp_path, exported(first, second))
    assert [(call.tool, call.arguments, call.result) for call in trace.calls] == [("get", '{"n":1}', "none")]
    assert trace.opening == "My loan?"


def mlflow_trace(name: str, start: int, **attributes: Any) -> dict[str, Any]:
    known = {f"mlflow.{key}": json.dumps(value) for key, value in attributes.items()}
    return {
        "info": {"trace_id": name, "trace_metadata": {"mlflow.trace.session": "s1"}, "tags": {"task": "renew"}},
        "data": {"spans": [{"name": "get_1", "start_time_unix_nano": start, "status": {"code": "STATUS_CODE_OK"},
                            "attributes": {"mlflow.spanType": '"TOOL"', **known}}]},
    }  # fmt: skip


def test_traces_of_mlflow_of_one_session_are_one_conversation(tmp_path: Path) -> None:
    late = mlflow_trace("b", 9, spanInputs={"id": "L2"}, spanFunctionName="get")
    late["data"]["spans"][0]["status"]["code"] = "STATUS_CODE_ERROR"
    late["data"]["spans"][0]["events"] = [
        {"name": "exception", "attributes": {"exception.type": "KeyError", "exception.message": "'L2'"}}
    ]
    early = mlflow_trace("a", 1, spanInputs={"id": "L1"}, spanOutputs={"due": 3}, spanFunctionName="get")
    (trace,) = read(tmp_path, late, early)
    assert (trace.id, trace.task) == ("s1", "renew")
    assert [(call.tool, call.arguments, call.result, call.error) for call in trace.calls] == [
        ("get", '{"id":"L1"}', '{"due":3}', None),
        ("get", '{"id":"L2"}', "'L2'", "KeyError"),
    ]


def test_a_folder_is_read_file_by_file(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(mlflow_trace("a", 1, spanInputs={}, spanOutputs={})), encoding="utf-8")
    (tmp_path / "b.json").write_text(json.dumps([{"id": "k", "messages": MESSAGES}]), encoding="utf-8")
    (tmp_path / "note.txt").write_text("nothing", encoding="utf-8")
    assert [trace.id for trace in read_traces(tmp_path)] == ["k", "s1"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no tool call in it"),
        ('{"messages": []}', "no tool call in it"),
        ("{broken\n{}", "traces.jsonl:1: is not JSON"),
        ('{"resourceSpans": [{"scopeSpans": [{"spans": ["x"]}]}]}', "is not what its format says"),
        ('{"data": {"spans": [7]}}', "is not what its format says"),
        ('{"schema_version": "ATIF-v1.7"}', "is not what its format says: KeyError"),
        (
            '{"messages": [{"role": "user"}], "metadata": {"wardian": {"turns": {"0": {"x": 1}}}}}',
            "notes .* are damaged",
        ),
        ('{"messages": [{"role": "user"}], "metadata": {"wardian": {"about": 7}}}', "notes .* are damaged"),
        ('[{"messages": [{"role": "assistant", "tool_calls": ["x"]}]}, 7, null, "x", []]', "no tool call in it"),
    ],
)
def test_what_is_of_no_use_is_said_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "traces.jsonl"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=said):
        read_traces(file)
    with pytest.raises(ConfigError, match="cannot be read"):
        read_traces(tmp_path / "none.json")
