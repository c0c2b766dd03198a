"""Playing scripts in environments, message by message."""

from collections.abc import Sequence

import orjson

from wardian.base.messages import Message, ToolCall
from wardian.environments.environment import Environment

__all__ = ["do", "play", "say"]


def say(text: str) -> Message:
    """The agent says something."""
    return Message(role="assistant", content=text)


def do(tool: str, /, **arguments: object) -> Message:
    """The agent calls a tool."""
    call = ToolCall(id="c", name=tool, arguments=orjson.dumps(arguments).decode())
    return Message(role="assistant", tool_calls=(call,))


async def play(world: Environment, script: Sequence[Message]) -> int:
    """Play `script`; how many messages were needed until the user left, or -1 when the user stayed."""
    for number, message in enumerate(script, 1):
        for call in message.tool_calls:
            await world.call(call)
        if not message.tool_calls and await world.reply(message.content) is None:
            return number
    return -1
