"""OpenAI-style records: chat messages with `tool_calls` and `tool` answers, or items of the Responses API.

A record is a list of messages, an object with one (`messages`, `input`, `traj`), or a request with its response.
References: "Create chat completion" and "Create a model response" in OpenAI's API reference.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from wardian.traces.trace import Trace, TracedCall, as_text

__all__ = ["messages_of", "trace_of_messages", "trace_of_record"]

LISTS: Final = ("messages", "input", "traj")
NAMES: Final = ("conversation_id", "session_id", "thread_id", "custom_id", "id", "task_id")
"""Keys that may name the conversation, the most telling first."""
NESTS: Final = ("metadata", "request", "body", "response")
"""Objects in which a logged request keeps its parts."""


def trace_of_record(record: Any, position: int) -> Trace | None:
    """The conversation of one record (its `position` names it where nothing else does); None when it is none."""
    messages = messages_of(record)
    if not messages:
        return None
    named = next((str(found) for key in NAMES if (found := _search(record, key)) is not None), str(position))
    task = _search(record, "task")
    return trace_of_messages(named, messages, task if isinstance(task, str) else None)


def messages_of(record: Any) -> list[dict[str, Any]]:
    """The record's messages in their order, with the answer of a logged response at the end."""
    if isinstance(record, list):
        return [item for item in record if isinstance(item, dict)]
    if not isinstance(record, dict):
        return []
    found = next((found for key in LISTS if isinstance(found := _search(record, key), list)), [])
    return [item for item in [*found, *_answers(record)] if isinstance(item, dict)]


def trace_of_messages(name: str, messages: Sequence[dict[str, Any]], task: str | None = None) -> Trace:
    """The calls of a conversation with their answers; a call without an answer was never made, as far as we know."""
    answers = {key: message for message in messages if (key := _answered(message))}
    calls = [call for message in messages for call in _calls(message)]
    return Trace(
        id=name,
        calls=tuple(_call(key, tool, arguments, answers[key]) for key, tool, arguments in calls if key in answers),
        task=task,
        opening=next((_words(each) for each in messages if each.get("role") == "user"), ""),
        closing=next((_words(each) for each in reversed(messages) if each.get("role") == "assistant"), ""),
    )


def _call(key: str, tool: str, arguments: Any, answer: dict[str, Any]) -> TracedCall:
    result = answer.get("output") if "output" in answer else answer.get("content")
    text = _words({"content": result}) if isinstance(result, list) else as_text(result)
    error = answer.get("error") or ("error" if answer.get("is_error") else None)
    return TracedCall(
        id=key,
        tool=tool,
        arguments=as_text(arguments) or "{}",
        result=text,
        error=None if error is None else as_text(error),
    )


def _calls(message: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Id, tool and arguments of each call in a message or item."""
    if message.get("type") == "function_call":
        yield str(message.get("call_id")), str(message.get("name")), message.get("arguments")
    for call in message.get("tool_calls") or ():
        function = call.get("function") if isinstance(call, dict) else None
        if isinstance(function, dict):
            yield str(call.get("id")), str(function.get("name")), function.get("arguments")


def _answered(message: dict[str, Any]) -> str | None:
    """The id of the call that a message answers."""
    if message.get("type") == "function_call_output":
        return str(message.get("call_id"))
    return str(message.get("tool_call_id")) if message.get("role") == "tool" else None


def _answers(record: dict[str, Any]) -> list[Any]:
    """What the model answered to a logged request."""
    choices, output = _search(record, "choices"), _search(record, "output")
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


def _words(message: dict[str, Any]) -> str:
    """The text of a message, whose content may come in parts."""
    content = message.get("content")
    if isinstance(content, list):
        return "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return as_text(content)
