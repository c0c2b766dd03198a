"""Where the simulator learns how a task is solved."""

from collections.abc import Sequence
from typing import Protocol

from wardian.base.messages import Message

__all__ = ["NoTasks", "Playbook"]


class Playbook(Protocol):
    """Reference solutions by task."""

    def script(self, task: str) -> Sequence[Message] | None:
        """The assistant's messages that solve `task` ("environment/task id"), None when there is no such task."""
        ...


class NoTasks:
    """Knows none: such a simulator only chats."""

    def script(self, task: str) -> None:
        """None, for every task."""
