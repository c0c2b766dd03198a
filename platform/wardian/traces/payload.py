"""What a result says, without the wrapping that frameworks put around it."""

from typing import Any

import orjson

__all__ = ["payload"]


def payload(text: str) -> Any:
    """The JSON value in a result, or the text itself.

    JSON that was written as a JSON text, MCP's `{"content": [{"type": "text", …}]}` and the tool messages of agent
    frameworks (`{"type": "tool", "content": …}`) are taken out of their wrapping.
    """
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
    inner = _wrapped(value)
    return value if inner is None else payload(inner)


def _wrapped(value: Any) -> str | None:
    """The text inside, when `value` is only a wrapping."""
    if isinstance(value, str):
        return value
    if not isinstance(value, dict):
        return None
    content = value.get("content")
    if value.get("type") == "tool" and isinstance(content, str):
        return content
    if set(value) <= {"content", "isError", "structuredContent", "_meta"} and isinstance(content, list):
        texts = [part.get("text") for part in content if isinstance(part, dict) and part.get("type") == "text"]
        return texts[0] if len(texts) == len(content) == 1 and isinstance(texts[0], str) else None
    return None
