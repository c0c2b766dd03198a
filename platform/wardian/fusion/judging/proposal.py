"""An answer as a judge sees it: its text and its calls, without who gave it."""

import re
from typing import Final

from wardian.base.fused import Answer
from wardian.base.identity import digest
from wardian.base.messages import Message
from wardian.models.encoding import BYTES_PER_TOKEN

__all__ = ["content_hash", "shortened", "spoken", "without_names", "written"]

NAME: Final = (
    r"(?:chat-?gpt|gpt|open-?ai|claude|anthropic|gemini|bard|gemma|google|llama|meta|mistral|mixtral|qwen|alibaba"
    r"|deep-?seek|grok|xai|kimi|moonshot|glm|cohere|copilot|phi|smollm)(?:-?\d[\w.-]*\b)?"
    r"(?:[ -](?:opus|sonnet|haiku|pro|flash|ultra|mini|ai|deepmind|cloud|\d[\w.]*))*\b"
)
"""Families of models and who makes them; only looked for where somebody speaks of themselves."""
KIND: Final = r"(?:(?:an?|the|large|language|models?|AI|assistant|chatbot|named|called)[ ,]+){0,8}"
MAKER: Final = rf"(?:[ ,]+{KIND}(?:made|built|created|developed|trained)[ ]+(?:by|at)[ ]+{NAME})"
SELF: Final = re.compile(
    rf"\b(I am|I['\u2019]m|my name is|speaking as|as) {KIND}(?:{NAME}{MAKER}?|(?:model|assistant|AI|chatbot){MAKER})",
    re.IGNORECASE,
)


def content_hash(message: Message) -> str:
    """Equal for messages that say and call the same, to the character; ids of calls do not count."""
    calls = [[call.name, call.arguments] for call in message.tool_calls]
    return digest([message.content, calls])


def spoken(answer: Answer) -> str:
    """What it says, and the calls that it would make, one a line."""
    message = answer.message or Message(role="assistant")
    return written(message.model_copy(update={"content": message.content.strip()}))


def written(message: Message) -> str:
    """What it says, and its calls, one a line."""
    calls = [f"tool call: {call.name} {call.arguments}" for call in message.tool_calls]
    return "\n".join(part for part in (message.content, *calls) if part)


def without_names(text: str) -> str:
    """`text` where it says who wrote it, without the name; what it says of others stays."""
    return SELF.sub(r"\1 an assistant", text)


def shortened(text: str, tokens: int) -> str:
    """`text` cut in the middle to about `tokens` tokens, and marked."""
    data = text.encode()
    kept = tokens * BYTES_PER_TOKEN
    if len(data) <= kept:
        return text
    head, tail = data[: kept - kept // 2], data[len(data) - kept // 2 :]
    cut = (len(data) - kept) // BYTES_PER_TOKEN
    return f"{head.decode(errors='ignore')}\n[about {cut} tokens cut here]\n{tail.decode(errors='ignore')}"
