"""A chat completion piece by piece, in the words of OpenAI's API.

Reference: "The chat completion chunk object": first the role, then the text or the calls, then why it ended, then the
usage for those who asked for it, then `[DONE]`.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import orjson

from wardian.base.messages import Message, ToolCall

__all__ = ["DONE", "chunks", "event"]

PIECE: Final = 24
"""Characters of a text or of arguments that come at once."""
DONE: Final = b"data: [DONE]\n\n"


def event(value: object) -> bytes:
    """`value` as a server-sent event."""
    return b"data: " + orjson.dumps(value) + b"\n\n"


def chunks(head: dict[str, object], message: Message, finish: str, usage: Mapping[str, Any] | None) -> Iterator[bytes]:
    """The events of one answer.

    Args:
        head: what stands in each: id, model, time.
        message: the answer.
        finish: why it ended.
        usage: what it used; None for those who did not ask.
    """
    head = {**head, "object": "chat.completion.chunk"}
    yield event({**head, "choices": [_choice({"role": "assistant", "content": ""})]})
    for delta in _deltas(message):
        yield event({**head, "choices": [_choice(delta)]})
    yield event({**head, "choices": [_choice({}, finish)]})
    if usage is not None:
        yield event({**head, "choices": [], "usage": usage})
    yield DONE


def _choice(delta: dict[str, object], finish: str | None = None) -> dict[str, object]:
    return {"index": 0, "delta": delta, "finish_reason": finish}


def _deltas(message: Message) -> Iterator[dict[str, object]]:
    for piece in _pieces(message.content):
        yield {"content": piece}
    for index, call in enumerate(message.tool_calls):
        for delta in _call(call):
            yield {"tool_calls": [{"index": index, **delta}]}


def _call(call: ToolCall) -> Iterator[dict[str, object]]:
    yield {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": ""}}
    for piece in _pieces(call.arguments):
        yield {"function": {"arguments": piece}}


def _pieces(text: str) -> Iterator[str]:
    return (text[start : start + PIECE] for start in range(0, len(text), PIECE))
