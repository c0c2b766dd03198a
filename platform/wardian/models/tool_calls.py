"""Tool calls as providers really write them.

What the model said is kept: a call without a name or with arguments that do not parse goes to the
environment, which answers it as the mistake that it is. Only the *shape* is brought in order.
"""

from wardian.base.frozen import JsonObject, JsonValue
from wardian.base.messages import ToolCall
from wardian.models.lenient import as_object, as_text

__all__ = ["call_id", "read_tool_calls"]


def read_tool_calls(said: JsonObject, turn: int) -> tuple[ToolCall, ...]:
    """The calls of an assistant's message; ids that are missing or used twice are made from `turn`."""
    entries = _entries(said)
    if not entries:
        return ()
    calls: list[ToolCall] = []
    taken: set[str] = set()
    for index, entry in enumerate(entries):
        call = _call(entry, call_id(turn, index), taken)
        taken.add(call.id)
        calls.append(call)
    return tuple(calls)


def call_id(turn: int, index: int) -> str:
    """An id that every provider takes: nine letters and digits, as Mistral demands."""
    return f"call{turn % 1000:03d}{index % 100:02d}"


def _entries(said: JsonObject) -> list[JsonValue]:
    value = said.get("tool_calls")
    if isinstance(value, dict):
        return [value]
    if isinstance(value, list) and value:
        return value
    legacy = said.get("function_call")
    return [{"function": legacy}] if isinstance(legacy, dict) else []


def _call(entry: JsonValue, fallback: str, taken: set[str]) -> ToolCall:
    if not isinstance(entry, dict):
        return ToolCall(id=fallback, name="", arguments=as_text(entry))
    function = as_object(entry.get("function")) or entry
    name = function.get("name")
    call_id = as_text(entry.get("id"))
    return ToolCall(
        id=call_id if call_id and call_id not in taken else fallback,
        name=as_text(name) if isinstance(name, str) else "",
        arguments=as_text(function.get("arguments")),
    )
