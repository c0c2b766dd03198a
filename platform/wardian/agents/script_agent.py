"""Agents without a model: the upper and the lower bound of every task."""

from collections.abc import Sequence

from wardian.agents.unpaid import unpaid
from wardian.base.completion import Completion
from wardian.base.messages import Message, Origin, ToolSchema

__all__ = ["ScriptAgent"]

GOODBYE = Message(role="assistant", content="")


class ScriptAgent:
    """Says the messages of a script in order, whatever it hears, and nothing once they are used up.

    With a task's reference solution it is the reference agent; with an empty script the idle agent.
    """

    def __init__(self, script: Sequence[Message], name: str) -> None:
        self._rest = iter(script)
        self._name = name

    async def act(self, history: Sequence[Message], tools: Sequence[ToolSchema], origin: Origin) -> Completion:
        """The next message of the script; free of charge."""
        message = next(self._rest, GOODBYE)
        return unpaid(message, self._name)
