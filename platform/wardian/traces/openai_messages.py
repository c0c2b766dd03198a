"""OpenAI-style records: chat messages with `tool_calls` and `tool` answers, or items of the Responses API.

A record is a list of messages, an object with one (`messages`, `input`, `traj`), a request with its response, or a
prompt with its completion (as in the `results.jsonl` of verifiers, and in data sets of TRL).
References: "Create chat completion" and "Create a model response" in OpenAI's API reference; for what is written,
"Supervised fine-tuning" in its guides.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import orjson

from wardian.base.frozen import JsonObject
from wardian.base.messages import Message, ToolCall
from wardian.traces.trace import as_text
from wardian.traces.transcript import WARDIAN, Transcript, Turn, arguments_text

__all__ = ["openai_line", "transcript_of_record", "turns_in", "turns_of"]

LISTS: Final = ("messages", "input", "traj", "prompt")
NAMES: Final = ("conversation_id", "session_id", "thread_id", "custom_id", "id", "task_id")
"""Keys that may name the conversation, the most telling first."""
NESTS: Final = ("metadata", "request", "body", "response")
"""Objects in which a logged request keeps its parts."""
REASONING: Final = "reasoning"


def openai_line(transcript: Transcript, *, bare: bool = False) -> bytes:
    """A line of JSON: `messages`, `tools` where they are known, and in `metadata` what the format has no place for.

    Args:
        transcript: the conversation.
        bare: leave `metadata` out, as services want it that fine-tune models.
    """
    parts = [b'"messages":[' + b",".join(message.wire for message in transcript.messages) + b"]"]
    if transcript.tools:
        parts.append(b'"tools":[' + b",".join(tool.wire for tool in transcript.tools) + b"]")
    if not bare:
        turns = {str(place): notes for place, turn in enumerate(transcript.turns) if (notes := _notes(turn))}
        parts.append(b'"metadata":' + orjson.dumps({WARDIAN: {**transcript.notes, "turns": turns}}))
    return b"{" + b",".join(parts) + b"}"


def transcript_of_record(record: Any, position: int) -> Transcript | None:
    """The conversation of one record (its `position` names it where nothing else does); None when it is none."""
    turns = turns_in(record)
    if not turns:
        return None
    named = next((str(found) for key in NAMES if (found := _search(record, key)) is not None), str(position))
    task, notes = _search(record, "task"), _search(record, WARDIAN)
    read = Transcript.of(named, turns, notes, task if isinstance(task, str) else None)
    if not read.own:
        return read
    known = notes.get("turns", {})
    return read.model_copy(
        update={"turns": tuple(_noted(turn, known.get(str(n))) for n, turn in enumerate(read.turns))}
    )


def turns_in(record: Any) -> list[Turn]:
    """The turns of a record; none when it is none."""
    return turns_of(_messages(record))


def turns_of(messages: Sequence[Mapping[str, Any]]) -> list[Turn]:
    """Chat messages and items as turns; calls that stand as items one after the other are one answer."""
    turns: list[Turn] = []
    for message in messages:
        turn = _turn(message)
        if message.get("type") == "function_call" and turns and turns[-1].message.role == "assistant":
            calls = (*turns[-1].message.tool_calls, *turn.message.tool_calls)
            turn = Turn(message=turns[-1].message.model_copy(update={"tool_calls": calls}))
            turns.pop()
        turns.append(turn)
    return turns


def _notes(turn: Turn) -> JsonObject:
    """Chat messages have no place for reasoning either, nor for arguments that are no object."""
    raw: JsonObject = {str(n): each.arguments for n, each in enumerate(turn.message.tool_calls) if _is_raw(each)}
    reasoning: JsonObject = {} if turn.message.reasoning is None else {REASONING: turn.message.reasoning}
    return {**turn.notes, **reasoning, **({"raw": raw} if raw else {})}


def _noted(turn: Turn, notes: Any) -> Turn:
    if not isinstance(notes, dict):
        return turn
    rest = {key: value for key, value in notes.items() if key not in (REASONING, "raw")}
    raw = notes.get("raw", {})
    calls = tuple(
        each.model_copy(update={"arguments": raw.get(str(n), each.arguments)})
        for n, each in enumerate(turn.message.tool_calls)
    )
    told = turn.message.model_copy(update={"reasoning": notes.get(REASONING), "tool_calls": calls})
    return turn.model_copy(update={"message": told}).noted(rest)


def _is_raw(call: ToolCall) -> bool:
    return call.sendable != call.arguments


def _turn(message: Mapping[str, Any]) -> Turn:
    result = message.get("type") == "function_call_output" or message.get("role") == "tool"
    if result:
        return _result(message)
    calls = tuple(_calls(message))
    role = message.get("role") or ("assistant" if calls else "user")
    kind = "assistant" if role in ("assistant", "model") else "user" if role == "user" else "system"
    reasoning = message.get("reasoning_content")
    return Turn(
        message=Message(
            role=kind,
            content=_words(message.get("content")),
            tool_calls=calls if kind == "assistant" else (),
            reasoning=reasoning if isinstance(reasoning, str) else None,
        )
    )


def _result(message: Mapping[str, Any]) -> Turn:
    key = message.get("call_id") if "call_id" in message else message.get("tool_call_id")
    content = message.get("output") if "output" in message else message.get("content")
    error = message.get("error") or ("error" if message.get("is_error") else None)
    return Turn(
        message=Message(role="tool", content=_words(content), tool_call_id=str(key)),
        error=None if error is None else as_text(error),
    )


def _messages(record: Any) -> list[dict[str, Any]]:
    """The record's messages in their order, with the answer of a logged response at the end."""
    if isinstance(record, list):
        return [item for item in record if isinstance(item, dict)]
    if not isinstance(record, dict):
        return []
    found = next((found for key in LISTS if isinstance(found := _search(record, key), list)), [])
    return [item for item in [*found, *_answers(record)] if isinstance(item, dict)]


def _calls(message: Mapping[str, Any]) -> Iterator[ToolCall]:
    if message.get("type") == "function_call":
        yield _call(message.get("call_id"), message)
    for call in map(_unpacked, message.get("tool_calls") or ()):
        function = call.get("function") if isinstance(call, dict) else None
        if isinstance(function, dict):
            yield _call(call.get("id"), function)


def _unpacked(call: Any) -> Any:
    """A call that stands there as a JSON text."""
    try:
        return orjson.loads(call) if isinstance(call, str) else call
    except orjson.JSONDecodeError:
        return call


def _call(key: Any, function: Mapping[str, Any]) -> ToolCall:
    arguments = arguments_text(function.get("arguments")) or "{}"
    return ToolCall(id=str(key), name=str(function.get("name")), arguments=arguments)


def _answers(record: dict[str, Any]) -> list[Any]:
    """What the model answered to a logged request."""
    choices, output = _search(record, "choices"), _search(record, "output") or record.get("completion")
    if isinstance(choices, list) and choices and isinstance(choices[0], dict):
        return [choices[0].get("message")]
    return output if isinstance(output, list) else []


def _search(record: Any, key: str) -> Any:
    """`key` of the record, or of an object in which logs keep it."""
    if not isinstance(record, dict):
        return None
    if record.get(key) is not None:
        return record[key]
    return next((found for nest in NESTS if (found := _search(record.get(nest), key)) is not None), None)


def _words(content: Any) -> str:
    """The text of a message, whose content may come in parts."""
    if isinstance(content, list) and all(isinstance(part, dict) for part in content):
        return "".join(str(part.get("text", "")) for part in content)
    return as_text(content)
