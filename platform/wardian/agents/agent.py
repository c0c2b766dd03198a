"""The agent as an episode sees it."""

from collections.abc import Sequence
from typing import Protocol

from wardian.base.completion import Completion
from wardian.base.messages import Message, Origin, ToolSchema

__all__ = ["Agent"]


class Agent(Protocol):
    """Decides the next message; made for one episode, so it may keep state."""

    async def act(self, history: Sequence[Message], tools: Sequence[ToolSchema], origin: Origin) -> Completion:
        """The assistant's next message: a text for the user, or tool calls.

        Raises:
            wardian.base.errors.ModelError: when its model gave no answer.
        """
        ...
