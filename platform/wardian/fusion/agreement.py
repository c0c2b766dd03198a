"""When two answers are the same: a key for each, equal for equal ones."""

import orjson

from wardian.base.identity import canonical_json, digest
from wardian.base.messages import Message, Request
from wardian.specs.fusion.agree import AgreeSpec, ToolActionAgree

__all__ = ["Agreement"]


class Agreement:
    """The keys of a fusion's answers.

    Args:
        texts: when two texts are the same.
        tools: when two turns with tool calls are.
    """

    def __init__(self, texts: AgreeSpec, tools: ToolActionAgree) -> None:
        self._texts = texts
        self._tools = tools

    def key(self, message: Message, request: Request) -> str:
        """Equal for messages that say or do the same; "" for one that equals nothing, such as an invalid call."""
        if not message.tool_calls:
            return digest("text:" + " ".join(message.content.split()))
        return digest(canonical_json([[call.name, _arguments(call.arguments)] for call in message.tool_calls]))


def _arguments(text: str) -> object:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
