"""Anthropic's message as a chat completion, so that one reader distrusts them all."""

from wardian.base.frozen import JsonObject, JsonValue
from wardian.models.lenient import as_object, as_text
from wardian.models.reply import Unreadable

__all__ = ["blocks_in", "chat_completion"]

INPUT = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
"""What the model read: the API counts tokens that met the cache apart from the others."""


def chat_completion(message: JsonObject) -> JsonObject:
    """The chat completion that says what `message` says.

    Raises:
        Unreadable: when it has no content at all.
    """
    blocks = blocks_in(message)
    said: JsonObject = {
        "content": _texts(blocks, "text", "text"),
        "reasoning_content": _texts(blocks, "thinking", "thinking"),
        "tool_calls": [_call(block) for block in blocks if block.get("type") == "tool_use"],
    }
    choice: JsonObject = {"message": said, "finish_reason": message.get("stop_reason")}
    return {"choices": [choice], "usage": _usage(as_object(message.get("usage")))}


def blocks_in(message: JsonObject) -> list[JsonObject]:
    """The blocks of its content.

    Raises:
        Unreadable: when it has no content at all.
    """
    content = message.get("content")
    if not isinstance(content, list):
        raise Unreadable("the message has no content")
    return [as_object(block) for block in content]


def _texts(blocks: list[JsonObject], kind: str, key: str) -> str:
    return "".join(as_text(block.get(key)) for block in blocks if block.get("type") == kind)


def _call(block: JsonObject) -> JsonValue:
    return {"id": block.get("id"), "function": {"name": block.get("name"), "arguments": block.get("input")}}


def _usage(usage: JsonObject) -> JsonObject:
    """Cached tokens are part of the input elsewhere; what is no number stays as it is, and is estimated later."""
    parts = [usage.get(key) or 0 for key in INPUT]
    counts = [part for part in parts if isinstance(part, int | float)]
    complete = "input_tokens" in usage and len(counts) == len(parts)
    return {
        "prompt_tokens": sum(counts) if complete else None,
        "completion_tokens": usage.get("output_tokens"),
        "prompt_tokens_details": {
            "cached_tokens": usage.get("cache_read_input_tokens"),
            "cache_write_tokens": usage.get("cache_creation_input_tokens"),
        },
    }
