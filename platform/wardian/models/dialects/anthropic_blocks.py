"""Content blocks of Anthropic's messages, as they are sent.

Reference: "Create a Message", and "Extended thinking" on what goes back: thinking blocks as they came, in their places.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import orjson

from wardian.base.frozen import JsonObject
from wardian.base.messages import Message, ToolCall
from wardian.models.lenient import as_json, as_text

__all__ = ["Block", "blocks_of", "said_again"]

NOT_IN_AN_ID: Final = re.compile(r"[^A-Za-z0-9_-]")
THINKING: Final = ("thinking", "redacted_thinking")

Block = dict[str, object]


def blocks_of(message: Message) -> Iterable[Block | orjson.Fragment]:
    """A message's content; empty texts are refused by the API and left out."""
    if message.thoughts is not None:
        yield orjson.Fragment(message.thoughts.body[1:-1])  # all blocks of the list at once
        return
    if message.role == "tool":
        yield {"type": "tool_result", "tool_use_id": _id(message.tool_call_id or ""), "content": message.content}
        return
    if message.content.strip():
        yield _text(message.content)
    yield from map(_tool_use, message.tool_calls)


def said_again(blocks: Sequence[JsonObject], calls: Sequence[ToolCall]) -> str | None:
    """An answer with thoughts in it as the API wants to see it again; None when the model did not think.

    Args:
        blocks: the answer.
        calls: what was read from its `tool_use` blocks; results will refer to these ids.
    """
    last = max((place for place, block in enumerate(blocks) if block.get("type") not in THINKING), default=-1)
    kept = blocks[: last + 1]  # no message may end with a thought
    if not any(block.get("type") in THINKING for block in kept):
        return None
    calling = iter(calls)
    sent = [block for each in kept if (block := _again(each, calling)) is not None]
    return as_json(sent)


def _again(block: JsonObject, calls: Iterator[ToolCall]) -> Block | None:
    kind = block.get("type")
    if kind == "tool_use":
        return _tool_use(next(calls))
    if kind == "text":
        text = as_text(block.get("text"))
        return _text(text) if text.strip() else None
    return {**block} if kind in THINKING else None


def _text(text: str) -> Block:
    return {"type": "text", "text": text}


def _tool_use(call: ToolCall) -> Block:
    arguments = orjson.Fragment(call.sendable.encode())
    return {"type": "tool_use", "id": _id(call.id), "name": call.name, "input": arguments}


def _id(text: str) -> str:
    """Ids that other providers made may hold characters that this API refuses."""
    return NOT_IN_AN_ID.sub("_", text)
