"""Writing the messages of a reference solution."""

import orjson

from wardian.base.frozen import JsonValue
from wardian.base.messages import Message, ToolCall

__all__ = ["Script"]


class Script:
    """What an assistant says and calls, in order; `messages` are its messages."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    def say(self, text: str) -> None:
        """Answer with a text: the turn ends."""
        self.messages.append(Message(role="assistant", content=text))

    def call(self, tool: str, **arguments: JsonValue) -> None:
        """Call one tool."""
        call = ToolCall(id=f"call_{len(self.messages)}", name=tool, arguments=orjson.dumps(arguments).decode())
        self.messages.append(Message(role="assistant", tool_calls=(call,)))
