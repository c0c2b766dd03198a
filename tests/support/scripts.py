"""What an agent says and does, message by message, and what is left of it when something is taken away."""

from collections.abc import Sequence

import orjson

from wardian.base.messages import Message, ToolCall
from wardian.environments.reading import read

__all__ = ["but", "calls_of", "do", "make", "say", "tool_call", "without", "without_asking", "without_call"]


def say(text: str) -> Message:
    """The agent says something."""
    return Message(role="assistant", content=text)


def do(tool: str, /, **arguments: object) -> Message:
    """The agent calls a tool."""
    return make(tool_call(tool, **arguments))


def make(call: ToolCall) -> Message:
    """The agent makes a call that there is already."""
    return Message(role="assistant", tool_calls=(call,))


def tool_call(tool: str, /, **arguments: object) -> ToolCall:
    """A call, without the message that it stands in."""
    return ToolCall(id="c", name=tool, arguments=orjson.dumps(arguments).decode())


def but(call: ToolCall, /, **changed: object) -> ToolCall:
    """The call with other values for some arguments."""
    arguments = {**orjson.loads(call.arguments), **changed}
    return call.model_copy(update={"arguments": orjson.dumps(arguments).decode()})


def calls_of(script: Sequence[Message], *tools: str) -> list[ToolCall]:
    """The calls of a script in their order: those of `tools`, or all."""
    return [call for message in script for call in message.tool_calls if not tools or call.name in tools]


def without(script: Sequence[Message], *tools: str) -> list[Message]:
    """The script without the messages that call one of `tools`."""
    return [message for message in script if not any(call.name in tools for call in message.tool_calls)]


def without_asking(script: Sequence[Message]) -> list[Message]:
    """The script without the texts that ask for the user's yes."""
    return [message for message in script if message.tool_calls or not read(message.content).proposes]


def without_call(script: Sequence[Message], call: ToolCall) -> list[Message]:
    """The script without the message that makes this very call."""
    kept = [message for message in script if call not in message.tool_calls]
    assert len(kept) == len(script) - 1, call
    return kept
