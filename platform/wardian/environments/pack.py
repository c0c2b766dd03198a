"""A pack: one environment with its tasks, as a folder on disk."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Literal

from wardian.base.frozen import Frozen
from wardian.base.messages import Message
from wardian.environments.environment import Environment

__all__ = ["Pack", "TaskCard"]


class TaskCard(Frozen):
    """What planning and tables need to know of a task.

    `template` is the generator that made it: tasks of one template are alike, so statistics may
    cluster by it. `persona` names how its user behaves.
    """

    id: str
    template: str
    persona: str = "default"


class Pack(ABC):
    """An environment pack with its knobs bound; heavy work is done once and shared by all episodes."""

    name: str
    version: str
    digest: str
    """Content hash of the pack's files and knobs: part of every episode's key."""
    replay: Literal["exact", "restart"] = "exact"
    """What happens to an episode that was broken off. `exact`: its actions are done again, and it goes on from there.
    `restart`: it begins anew with new calls, because its worlds are no pure functions of what is done in them."""

    @abstractmethod
    def tasks(self) -> Sequence[TaskCard]:
        """All tasks, in an order that never changes for one digest."""

    @abstractmethod
    def environment(self, task: str) -> Environment:
        """A fresh, unopened environment of `task` (an id out of `tasks()`)."""

    @abstractmethod
    def reference(self, task: str) -> Sequence[Message]:
        """The reference solution: the assistant's messages, turn by turn, that solve `task`."""
