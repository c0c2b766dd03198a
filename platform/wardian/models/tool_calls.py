"""Tool calls as providers really write them.

What the model said is kept: a call without a name or with arguments that do not parse goes to the
environment, which answers it as the mistake that it is. Only the *shape* is brought in order.
"""

from itertools import count

from wardian.base.frozen import JsonObject, JsonValue
from wardian.base.messages import ToolCall
from wardian.models.lenient import as_object, as_text

__all__ = ["call_id", "read_tool_calls"]


def read_tool_calls(said: JsonObject, turn: int) -> tuple[ToolCall, ...]:
    """The calls of an assistant's message; ids that are missing or used twice are made from `turn`."""
    calls: list[ToolCall] = []
    taken: set[str] = set()
    for index, entry in enumerate(_entries(said)):
        given = as_text(entry.get("id")) if isinstance(entry, dict) else ""
        own = given if given and given not in taken else _free_id(turn, index, taken)
        taken.add(own)
        calls.append(_call(entry, own))
    return tuple(calls)


def call_id(turn: int, index: int) -> str:
    """An id that every provider takes: nine letters and digits, as Mistral demands."""
    return f"c{turn % 0x10000:04x}{index % 0x10000:04x}"


def _entries(said: JsonObject) -> list[JsonValue]:
    value = said.get("tool_calls")
    if isinstance(value, dict):
        return [value]
    if isinstance(value, list) and value:
        return value
    legacy = said.get("function_call")
    return [{"function": legacy}] if isinstance(legacy, dict) else []


def _free_id(turn: int, index: int, taken: set[str]) -> str:
    return next(made for place in count(index) if (made := call_id(turn, place)) not in taken)


def _call(entry: JsonValue, call_id: str) -> ToolCall:
    if not isinstance(entry, dict):
        return ToolCall(id=call_id, name="", arguments=as_text(entry))
    function = as_object(entry.get("function")) or entry
    name = function.get("name")
    return ToolCall(
        id=call_id,
        name=as_text(name) if isinstance(name, str) else "",
        arguments=as_text(function.get("arguments")),
    )
