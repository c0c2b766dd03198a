"""A person who plays the agent, line by line."""

import shlex
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

import orjson
import yaml

from wardian.agents.unpaid import unpaid
from wardian.base.completion import Completion
from wardian.base.errors import ModelError
from wardian.base.messages import Message, Origin, ToolCall, ToolSchema

__all__ = ["HELP", "HumanAgent"]

AUTHOR: Final = "a person"
HELP: Final = """\
What you type is said to the user. A line that begins with / is for the machine:
  /TOOL name=value …   call a tool; or /TOOL {"name": "value"}
  /tools               what there is to call
  /policy              the policy again
  /quit                leave; what was reached is examined"""


class HumanAgent:
    """Shows what is new and asks for the next message until there is one.

    Args:
        read: the next line; EOFError at the end.
        say: shows a text.
    """

    def __init__(self, read: Callable[[], Awaitable[str]], say: Callable[[str], object]) -> None:
        self._read = read
        self._say = say
        self._seen = 0

    async def act(self, history: Sequence[Message], tools: Sequence[ToolSchema], origin: Origin) -> Completion:
        """What the person says or calls.

        Raises:
            ModelError: kind "quit", when they leave.
        """
        for message in history[self._seen :]:
            self._show(message)
        self._seen = len(history) + 1  # the person knows what they say themselves
        while True:
            line = await self._line()
            if not line.startswith("/"):
                return unpaid(Message(role="assistant", content=line), AUTHOR)
            command, _, rest = line[1:].partition(" ")
            tool = next((tool for tool in tools if tool.name == command), None)
            if tool is not None:
                if (call := self._call(tool, rest, number=len(history))) is not None:
                    return unpaid(Message(role="assistant", tool_calls=(call,)), AUTHOR)
            elif command == "tools":
                self._say("\n".join(map(_signature, tools)))
            elif command == "policy":
                self._say("\n".join(message.content for message in history if message.role == "system"))
            else:
                self._say(HELP)

    async def _line(self) -> str:
        try:
            line = (await self._read()).strip()
        except EOFError:
            line = "/quit"
        if line == "/quit":
            raise ModelError("quit", "left by hand", cause="agent")
        return line

    def _call(self, tool: ToolSchema, text: str, number: int) -> ToolCall | None:
        try:
            arguments = orjson.loads(text) if text.lstrip().startswith("{") else _arguments(tool, text)
        except ValueError as error:
            self._say(f"{_signature(tool)}: {error}")
            return None
        return ToolCall.numbered(number, tool.name, arguments)

    def _show(self, message: Message) -> None:
        speaker = {"system": "policy", "tool": "tool"}.get(message.role, message.role)
        self._say(f"{speaker}> {message.content}")


def _arguments(tool: ToolSchema, text: str) -> dict[str, Any]:
    """`name=value` words; a value is what the schema says, or else what YAML makes of it.

    Raises:
        ValueError: for a word of another form.
    """
    properties: Any = tool.parameters.get("properties") or {}
    found: dict[str, Any] = {}
    for word in shlex.split(text):
        name, equals, value = word.partition("=")
        if not equals:
            raise ValueError(f"'{word}' is not name=value")
        kind = (properties.get(name) or {}).get("type")
        try:
            found[name] = value if kind == "string" else yaml.safe_load(value)
        except yaml.YAMLError:
            raise ValueError(f"'{value}' is no value of {name}") from None
    return found


def _signature(tool: ToolSchema) -> str:
    properties: Any = tool.parameters.get("properties") or {}
    return f"/{tool.name} {' '.join(f'{name}=…' for name in properties)}  {tool.headline}"
