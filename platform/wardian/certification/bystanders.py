"""Agents that must not solve anything: they hand everybody over, repeat what they hear, or act at random."""

import re
from collections.abc import Sequence
from random import Random
from typing import Any, Final

from wardian.agents.unpaid import unpaid
from wardian.base.completion import Completion
from wardian.base.identity import random_stream
from wardian.base.messages import Message, Origin, ToolCall, ToolSchema

__all__ = ["EchoAgent", "HandOffAgent", "RandomAgent"]

AUTHOR: Final = "bystander"
HAND_OFF: Final = re.compile(r"transfer|hand_?off|escalat|human", re.IGNORECASE)
FAREWELL: Final = "I am transferring you to a human agent."
PHRASES: Final = ("Done. Is there anything else?", "Shall I go ahead?", "I am sorry, I cannot do that.", "Goodbye.")
WORD: Final = re.compile(r"[\w@.#+-]*\w")
ACTS: Final = 0.7
"""The share of turns in which a random agent calls a tool."""


class HandOffAgent:
    """Gives every task to a colleague: with the tool for that, if there is one, and in words."""

    def __init__(self) -> None:
        self._handed_off = False

    async def act(self, history: Sequence[Message], tools: Sequence[ToolSchema], origin: Origin) -> Completion:
        """The call once, then a farewell each time."""
        tool = next((tool for tool in tools if HAND_OFF.search(tool.name)), None)
        if tool is None or self._handed_off:
            return unpaid(Message(role="assistant", content=FAREWELL), AUTHOR)
        self._handed_off = True
        return unpaid(_called(tool, history, random_stream("hand-off")), AUTHOR)


class EchoAgent:
    """Repeats all that it has heard: who solves a task so has been told the answer."""

    async def act(self, history: Sequence[Message], tools: Sequence[ToolSchema], origin: Origin) -> Completion:
        """The whole conversation."""
        heard = "\n".join(message.content for message in history if message.role in ("system", "user"))
        return unpaid(Message(role="assistant", content=heard), AUTHOR)


class RandomAgent:
    """Calls tools with words that it has seen, and says phrases; the same for one seed."""

    def __init__(self, seed: int) -> None:
        self._random = random_stream(seed, "random agent")

    async def act(self, history: Sequence[Message], tools: Sequence[ToolSchema], origin: Origin) -> Completion:
        """Something."""
        if tools and self._random.random() < ACTS:
            return unpaid(_called(self._random.choice(tools), history, self._random), AUTHOR)
        return unpaid(Message(role="assistant", content=self._random.choice(PHRASES)), AUTHOR)


def _called(tool: ToolSchema, history: Sequence[Message], random: Random) -> Message:
    words = [word for message in history for word in WORD.findall(message.content)] or ["x"]
    properties: Any = tool.parameters.get("properties") or {}
    arguments = {name: _value(schema, words, random) for name, schema in properties.items()}
    call = ToolCall.numbered(len(history), tool.name, arguments)
    return Message(role="assistant", tool_calls=(call,))


def _value(schema: dict[str, Any], words: Sequence[str], random: Random) -> Any:
    """Something of the type that the schema asks for."""
    if schema.get("enum"):
        return random.choice(schema["enum"])
    match schema.get("type"):
        case "integer" | "number":
            return random.randint(0, 10)
        case "boolean":
            return random.random() < 0.5
        case "array":
            return [_value(schema.get("items") or {}, words, random)]
        case "object":
            return {}
        case _:
            return random.choice(words)
