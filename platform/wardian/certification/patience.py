"""A pack whose environments are ended when they hang: whoever checks it must not."""

from collections.abc import Sequence
from functools import partial
from itertools import count
from typing import Final

from wardian.base.hang import Allowed, Who
from wardian.base.messages import Message
from wardian.base.watchdog import Watchdog
from wardian.environments.environment import Environment
from wardian.environments.pack import Pack, TaskCard
from wardian.environments.supervised import SupervisedEnvironment

__all__ = ["SupervisedPack"]

CALL: Final = Allowed("the check", 5.0)
EXAMINATION: Final = Allowed("the check", 30.0)


class SupervisedPack(Pack):
    """`inner`, every call of whose environments ends within five seconds."""

    def __init__(self, inner: Pack, watchdog: Watchdog) -> None:
        self.name = inner.name
        self.version = inner.version
        self.digest = inner.digest
        self.replay = inner.replay
        self._inner = inner
        self._watchdog = watchdog
        self._number = count()

    def tasks(self) -> Sequence[TaskCard]:
        """The inner pack's."""
        return self._inner.tasks()

    def environment(self, task: str) -> Environment:
        """One that is watched."""
        who = Who(f"{self.name}-{next(self._number)}", task)
        return SupervisedEnvironment(partial(self._inner.environment, task), self._watchdog, who, CALL, EXAMINATION)

    def reference(self, task: str) -> Sequence[Message]:
        """The inner pack's."""
        return self._inner.reference(task)
