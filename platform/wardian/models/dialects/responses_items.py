"""Items of the Responses API, as they are sent.

Reference: "Create a model response", and "Reasoning models" on what goes back: reasoning items, in their places.
"""

from collections.abc import Iterable, Iterator, Sequence

import orjson

from wardian.base.frozen import JsonObject
from wardian.base.messages import Message, ToolCall
from wardian.models.dialects.responses_reply import texts_in
from wardian.models.lenient import as_json

__all__ = ["Item", "items_of", "said_again"]

Item = dict[str, object]


def items_of(message: Message) -> Iterable[Item | orjson.Fragment]:
    """A message as items: what was said, then the calls."""
    if message.thoughts is not None:
        yield orjson.Fragment(message.thoughts.body[1:-1])  # all items of the list at once
        return
    if message.role == "tool":
        yield {"type": "function_call_output", "call_id": message.tool_call_id, "output": message.content}
        return
    if message.content or not message.tool_calls:
        yield {"role": message.role, "content": message.content}
    yield from map(_call, message.tool_calls)


def said_again(items: Sequence[JsonObject], calls: Sequence[ToolCall]) -> str | None:
    """An answer with reasoning in it as the API wants to see it again; None when there is none that can be sent.

    Args:
        items: the answer.
        calls: what was read from its `function_call` items; results will refer to these ids.
    """
    last = max((place for place, item in enumerate(items) if item.get("type") != "reasoning"), default=-1)
    kept = items[: last + 1]  # reasoning must be followed by what came of it
    if not any(_readable(item) for item in kept):
        return None
    calling = iter(calls)
    sent = [item for each in kept if (item := _again(each, calling)) is not None]
    return as_json(sent)


def _again(item: JsonObject, calls: Iterator[ToolCall]) -> Item | None:
    kind = item.get("type")
    if kind == "function_call":
        return _call(next(calls))
    if kind == "message":
        text = texts_in(item)
        return {"role": "assistant", "content": text} if text else None
    return {key: value for key, value in item.items() if key != "status"} if _readable(item) else None


def _readable(item: JsonObject) -> bool:
    """Whether a server that keeps nothing can make sense of it: OpenAI's are encrypted, those of open models plain."""
    return item.get("type") == "reasoning" and bool(item.get("encrypted_content") or item.get("content"))


def _call(call: ToolCall) -> Item:
    return {"type": "function_call", "call_id": call.id, "name": call.name, "arguments": call.sendable}
