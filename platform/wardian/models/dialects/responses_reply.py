"""OpenAI's response object as a chat completion, so that one reader distrusts them all."""

from collections.abc import Iterable

from wardian.base.frozen import JsonObject, JsonValue
from wardian.models.lenient import as_object, as_text
from wardian.models.reply import Unreadable

__all__ = ["chat_completion", "items_in", "texts_in"]


def chat_completion(response: JsonObject) -> JsonObject:
    """The chat completion that says what `response` says.

    Raises:
        Unreadable: when it has no output at all, or is one that failed or never ended.
    """
    items = items_in(response)
    status = response.get("status")
    if status in ("failed", "cancelled", "queued", "in_progress"):
        raise Unreadable(f"the response is {status}")
    parts = [part for item in items if item.get("type") == "message" for part in _parts(item.get("content"))]
    said: JsonObject = {
        "content": _texts(parts, "output_text", "text"),
        "refusal": _texts(parts, "refusal", "refusal"),
        "reasoning_content": _reasoning(items),
        "tool_calls": [_call(item) for item in items if item.get("type") == "function_call"],
    }
    reason = as_object(response.get("incomplete_details")).get("reason") if status == "incomplete" else None
    choice: JsonObject = {"message": said, "finish_reason": reason}
    return {"choices": [choice], "usage": _usage(as_object(response.get("usage")))}


def items_in(response: JsonObject) -> list[JsonObject]:
    """The items of its output.

    Raises:
        Unreadable: when it has no output at all.
    """
    output = response.get("output")
    if not isinstance(output, list):
        raise Unreadable("the response has no output")
    return [as_object(item) for item in output]


def texts_in(message: JsonObject) -> str:
    """What a message says, be it a refusal."""
    parts = _parts(message.get("content"))
    return _texts(parts, "output_text", "text") or _texts(parts, "refusal", "refusal")


def _parts(value: JsonValue) -> list[JsonObject]:
    return [as_object(part) for part in value] if isinstance(value, list) else []


def _texts(parts: Iterable[JsonObject], kind: str, key: str) -> str:
    return "".join(as_text(part.get(key)) for part in parts if part.get("type") == kind)


def _reasoning(items: Iterable[JsonObject]) -> str:
    """OpenAI shows summaries of its models' reasoning; vLLM and others show all of it."""
    told = [item for item in items if item.get("type") == "reasoning"]
    parts = [part for item in told for part in (*_parts(item.get("content")), *_parts(item.get("summary")))]
    return "\n".join(text for part in parts if (text := as_text(part.get("text"))))


def _call(item: JsonObject) -> JsonValue:
    function: JsonObject = {"name": item.get("name"), "arguments": item.get("arguments")}
    return {"id": item.get("call_id"), "function": function}


def _usage(usage: JsonObject) -> JsonObject:
    return {
        "prompt_tokens": usage.get("input_tokens"),
        "completion_tokens": usage.get("output_tokens"),
        "prompt_tokens_details": usage.get("input_tokens_details"),
        "completion_tokens_details": usage.get("output_tokens_details"),
        **{key: usage.get(key) for key in ("cost", "is_byok", "cost_details")},
    }
