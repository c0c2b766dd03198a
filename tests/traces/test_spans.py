"""Spans of other systems become a conversation: what was said once, what was done once, in order."""

import json
from pathlib import Path
from typing import Any

from wardian.traces.files import read_transcripts
from wardian.traces.transcript import Transcript, answered


def text(role: str, content: str) -> dict[str, Any]:
    return {"role": role, "parts": [{"type": "text", "content": content}]}


CALLED = {"role": "assistant", "parts": [{"type": "tool_call", "id": "c1", "name": "get", "arguments": {"n": 1}}]}
ANSWERED = {"role": "tool", "parts": [{"type": "tool_call_response", "id": "c1", "response": "none"}]}
YES, HELLO = text("user", "Yes."), text("user", "Hello")


def span(start: int, operation: str, **known: Any) -> dict[str, Any]:
    values = {"gen_ai.operation.name": operation, **{key.replace("__", "."): value for key, value in known.items()}}
    attributes = [{"key": key, "value": _any(value)} for key, value in values.items()]
    return {"traceId": "aa", "startTimeUnixNano": str(start), "attributes": attributes}


def _any(value: Any) -> dict[str, Any]:
    if isinstance(value, int):
        return {"intValue": str(value)}
    return {"stringValue": value if isinstance(value, str) else json.dumps(value)}


def chat(start: int, heard: list[Any], said: Any, **known: Any) -> dict[str, Any]:
    return span(start, "chat", gen_ai__input__messages=heard, gen_ai__output__messages=[said], **known)


def tool(start: int, name: str, key: str = "c1") -> dict[str, Any]:
    known = {"gen_ai__tool__name": name, "gen_ai__tool__call__id": key, "gen_ai__tool__call__result": "none"}
    return span(start, "execute_tool", **known)


def read(tmp_path: Path, *spans: dict[str, Any]) -> Transcript:
    file = tmp_path / "spans.json"
    file.write_text(json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": list(spans)}]}]}), encoding="utf-8")
    (transcript,) = read_transcripts(file)
    return transcript


def told(transcript: Transcript) -> list[tuple[str, str]]:
    return [(turn.message.role, turn.message.content) for turn in transcript.turns]


WHOLE = [("user", "Hello"), ("assistant", ""), ("tool", "none"), ("assistant", "Sure?"), ("user", "Yes.")]


def test_who_writes_the_whole_conversation_with_every_call_says_it_once(tmp_path: Path) -> None:
    history: list[Any] = [HELLO, CALLED, ANSWERED, text("assistant", "Sure?"), YES]
    spans = (
        chat(1, history[:1], CALLED),
        chat(2, history[:3], history[3]),
        chat(3, history, text("assistant", "Bye.")),
    )
    assert told(read(tmp_path, *spans)) == [*WHOLE, ("assistant", "Bye.")]


def test_who_writes_what_is_new_with_every_call_may_say_the_same_twice(tmp_path: Path) -> None:
    spans = (
        chat(1, [HELLO], CALLED),
        chat(2, [ANSWERED], text("assistant", "Sure?")),
        chat(3, [YES], text("assistant", "Really?")),
        chat(4, [YES], text("assistant", "Bye.")),
    )
    rest = [("assistant", "Really?"), ("user", "Yes."), ("assistant", "Bye.")]
    assert told(read(tmp_path, *spans)) == [*WHOLE, *rest]


def test_results_that_spans_tell_are_not_told_again_by_messages(tmp_path: Path) -> None:
    spans = (chat(1, [HELLO], CALLED), tool(2, "get"), chat(3, [HELLO, CALLED, ANSWERED], text("assistant", "Bye.")))
    transcript = read(tmp_path, *spans)
    assert told(transcript) == [("user", "Hello"), ("assistant", ""), ("tool", "none"), ("assistant", "Bye.")]
    assert all(turn.asked for turn in transcript.turns)


def test_calls_that_no_message_tells_of_are_made_by_nobody_who_was_asked(tmp_path: Path) -> None:
    agent = span(
        1, "invoke_agent", gen_ai__input__messages=[HELLO], gen_ai__output__messages=[text("assistant", "Bye.")]
    )
    transcript = read(tmp_path, agent, tool(2, "get", ""), tool(3, "put", ""))
    assert [turn.message.role for turn in transcript.turns] == ["user", *["assistant", "tool"] * 2, "assistant"]
    assert [call.name for turn in transcript.turns for call in turn.message.tool_calls] == ["get", "put"]
    assert not any(turn.asked for turn in transcript.turns if turn.message.role == "assistant")


def test_instructions_are_what_the_agent_was_told_first(tmp_path: Path) -> None:
    instructions = [{"type": "text", "content": "Rules."}]
    first = chat(1, [HELLO], text("assistant", "Hi"), gen_ai__system_instructions=instructions)
    transcript = read(tmp_path, first)
    assert (told(transcript)[0], transcript.prompt) == (("system", "Rules."), "")


def test_tokens_and_model_stand_with_their_answer(tmp_path: Path) -> None:
    known = {"gen_ai__usage__input_tokens": 7, "gen_ai__usage__output_tokens": 2, "gen_ai__response__model": "m-1"}
    (_, answer) = read(tmp_path, chat(1, [HELLO], text("assistant", "Hi"), **known)).turns
    assert answer.usage is not None
    assert (answer.usage.total, answer.model, answer.cost_usd) == (9, "m-1", None)


def mlflow_span(name: str, start: int, kind: str, **known: Any) -> dict[str, Any]:
    attributes = {f"mlflow.{key}": json.dumps(value) for key, value in {"spanType": kind, **known}.items()}
    return {"name": name, "span_id": f"s{start}", "start_time_unix_nano": start, "attributes": attributes}


def test_a_trace_of_an_application_in_mlflow_is_read(tmp_path: Path) -> None:
    call = {"id": "c1", "type": "function", "function": {"name": "get", "arguments": '{"n": 1}'}}
    asked = {"messages": [{"role": "user", "content": "Hello"}]}
    choice = {"choices": [{"message": {"role": "assistant", "content": None, "tool_calls": [call]}}]}
    spans = [
        mlflow_span("run", 1, "CHAIN", spanInputs="Hello"),
        mlflow_span("Completions", 2, "CHAT_MODEL", spanInputs=asked, spanOutputs=choice,
                    **{"chat.tokenUsage": {"input_tokens": 5, "output_tokens": 2}, "llm.model": "gpt-x"}),
        mlflow_span("get", 3, "TOOL", spanInputs={"n": 1}, spanOutputs="none"),
    ]  # fmt: skip
    file = tmp_path / "trace.json"
    file.write_text(json.dumps({"info": {"trace_id": "t1", "request_preview": "Hello"}, "data": {"spans": spans}}))
    (transcript,) = read_transcripts(file)
    assert [turn.message.role for turn in transcript.turns] == ["user", "assistant", "tool"]
    assert [(call.id, result.message.content) for call, result in answered(transcript.turns)] == [("c1", "none")]
    answer = transcript.turns[1]
    assert answer.usage is not None
    assert (answer.usage.total, answer.model, answer.asked) == (7, "gpt-x", True)


def test_requests_with_some_spans_of_a_conversation_are_put_together(tmp_path: Path) -> None:
    counted = {"attributes": [{"key": "wardian.spans", "value": {"intValue": "2"}}]}
    parts = [chat(1, [HELLO], CALLED), tool(2, "get")]
    requests = [{"resourceSpans": [{"resource": counted, "scopeSpans": [{"spans": [part]}]}]} for part in parts]
    file = tmp_path / "spans.jsonl"
    file.write_text("".join(json.dumps(request) + "\n" for request in reversed(requests)), encoding="utf-8")
    (transcript,) = read_transcripts(file)
    assert told(transcript) == WHOLE[:3]


def test_of_a_conversation_that_a_logger_wrote_with_every_request_the_longest_counts(tmp_path: Path) -> None:
    messages = [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Hi"}]
    lines = [
        {"id": "a", "messages": messages[:1]},
        {"id": "a", "messages": messages},
        {"id": "b", "messages": messages},
    ]
    file = tmp_path / "log.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert [(each.id, len(each.turns)) for each in read_transcripts(file)] == [("a", 2), ("b", 2)]
