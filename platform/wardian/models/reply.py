"""What a provider answered, read without trust: every reply becomes a `Reply` or `Unreadable`.

Reference: "The chat completion object" in OpenAI's API reference; the deviations are those of vLLM,
llama.cpp, OpenRouter and of proxies that answer in a provider's place.
"""

from typing import Final, NoReturn

from wardian.base.frozen import Frozen, JsonObject, JsonValue
from wardian.base.messages import Message, ToolCall
from wardian.base.usage import FinishReason, Usage
from wardian.models.content import spoken, thought
from wardian.models.error_codes import status_in
from wardian.models.lenient import as_object, as_text, parse
from wardian.models.tool_calls import read_tool_calls
from wardian.models.usage import read_cost, read_usage

__all__ = ["REASONING", "Reply", "Unreadable", "first_choice", "reply_in", "root_of"]

FINISHES: Final[dict[str, FinishReason]] = {
    "length": "length",
    "max_tokens": "length",
    "model_length": "length",
    "max_output_tokens": "length",
    "model_context_window_exceeded": "length",
    "content_filter": "content_filter",
    "safety": "content_filter",
    "refusal": "refusal",
}
MOST_CALLS: Final = 1_000
"""More in one message are a fault and no decision of any model: eight megabytes hold a million."""
BROKEN_OFF: Final = ("error", "abort", "insufficient_system_resource")
"""OpenRouter's and Mistral's, vLLM's and SGLang's, DeepSeek's word for it."""
REASONING: Final = ("reasoning_content", "reasoning")
"""The first at DeepSeek, SGLang, llama.cpp and older vLLM, the second at OpenRouter, Ollama and vLLM."""


class Reply(Frozen):
    """A provider's answer.

    Args:
        message: what the model said.
        finish: why it stopped.
        usage: what it used.
        cost_usd: what the provider itself says that it charged.
        thoughts: what it wants to see again, as in `Thoughts.body`.
    """

    message: Message
    finish: FinishReason
    usage: Usage
    cost_usd: float | None = None
    thoughts: str | None = None


class Unreadable(ValueError):
    """A reply from which no answer can be had; `status` when it names an HTTP status inside."""

    def __init__(self, reason: str, status: int | None = None) -> None:
        super().__init__(reason)
        self.status = status


def reply_in(reply: JsonObject, *, turn: int, prompt_tokens: int) -> Reply:
    """The answer in a chat completion.

    Args:
        reply: the completion as it came.
        turn: where the conversation stands; names tool calls that came without an id.
        prompt_tokens: our own estimate, for providers that do not count.

    Raises:
        Unreadable: when there is no answer in it.
    """
    choice = first_choice(reply)
    said = choice.get("message")
    if not isinstance(said, dict):
        raise Unreadable("the choice has no message")
    calls = _calls(said, turn)
    refusal = as_text(said.get("refusal"))
    text = spoken(said.get("content")) or refusal
    message = Message(role="assistant", content=text, tool_calls=calls, reasoning=_reasoning(said))
    return Reply(
        message=message,
        finish="refusal" if refusal and not calls else _finish(choice.get("finish_reason"), calls),
        usage=read_usage(reply.get("usage"), message, prompt_tokens),
        cost_usd=read_cost(reply.get("usage")),
    )


def root_of(body: bytes) -> JsonObject:
    """The JSON object that a reply is.

    Raises:
        Unreadable: when it is none, or one that says what went wrong.
    """
    if not body.strip():
        raise Unreadable("the reply is empty")
    try:
        reply = parse(body)
    except ValueError:
        html = body.lstrip()[:1] == b"<"
        raise Unreadable("the reply is HTML, not JSON" if html else "the reply is no valid JSON") from None
    if not isinstance(reply, dict):
        raise Unreadable("the reply is no JSON object")
    if reply.get("error"):
        _error(reply["error"])
    return reply


def first_choice(reply: JsonObject) -> JsonObject:
    """The choice that counts.

    Raises:
        Unreadable: when there is none, or one that says what went wrong.
    """
    choices = reply.get("choices")
    if not isinstance(choices, list) or not choices:
        raise Unreadable("the reply has no choices")
    choice = choices[0]
    if not isinstance(choice, dict):
        raise Unreadable("the first choice is no object")
    if choice.get("error"):
        _error(choice["error"])
    if (reason := choice.get("finish_reason")) in BROKEN_OFF:
        raise Unreadable(f"the provider broke off (finish_reason {reason})")
    return choice


def _error(error: JsonValue) -> NoReturn:
    """An error object in a reply that claims success: its code may be the true status."""
    raise Unreadable("the reply is an error object", status_in(as_object(error)))


def _calls(said: JsonObject, turn: int) -> tuple[ToolCall, ...]:
    entries = said.get("tool_calls")
    if isinstance(entries, list) and len(entries) > MOST_CALLS:
        raise Unreadable(f"the message calls {len(entries)} tools at once")
    return read_tool_calls(said, turn)


def _reasoning(said: JsonObject) -> str | None:
    named = next((text for key in REASONING if (text := as_text(said.get(key)))), None)
    return named or thought(said.get("content")) or None


def _finish(value: JsonValue, calls: tuple[ToolCall, ...]) -> FinishReason:
    """Names that we do not know are endings; whether it called tools is seen, not believed."""
    known = FINISHES.get(value.lower()) if isinstance(value, str) else None
    return known or ("tool_calls" if calls else "stop")
