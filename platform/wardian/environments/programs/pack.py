"""A pack of task programs."""

from collections.abc import Iterable, Sequence

from wardian.base.errors import ConfigError
from wardian.base.messages import Message
from wardian.environments.context import PackContext
from wardian.environments.environment import Environment
from wardian.environments.goal import Goal
from wardian.environments.pack import Pack, TaskCard
from wardian.environments.programs.program import Program, ProgramTask
from wardian.environments.programs.setting import Setting
from wardian.environments.programs.world import ProgramWorld

__all__ = ["ProgramPack"]

_SEED = 0


class ProgramPack(Pack):
    """Programs in one setting. References are played once each, to learn which state they lead to.

    Raises:
        ConfigError: when two tasks have one id.
    """

    def __init__(self, context: PackContext, setting: Setting, programs: Iterable[Program]) -> None:
        self.name = context.manifest.name
        self.version = context.manifest.version
        self.digest = context.digest
        self._setting = setting
        self._tasks: dict[str, ProgramTask] = {}
        for task in (task for program in programs for task in program.tasks()):
            if task.id in self._tasks:
                raise ConfigError(f"pack '{self.name}': two tasks are called '{task.id}'")
            self._tasks[task.id] = task
        self._goals: dict[str, Goal] = {}

    def tasks(self) -> Sequence[TaskCard]:
        """The tasks of all programs in their order."""
        return tuple(task.card for task in self._tasks.values())

    def environment(self, task: str) -> Environment:
        """A fresh copy of the setting, with the program of `task`."""
        return ProgramWorld(self._setting, self._tasks[task], lambda: self.goal(task))

    def reference(self, task: str) -> Sequence[Message]:
        """The program's solution of this case."""
        return self._tasks[task].reference

    def goal(self, task: str) -> Goal:
        """Where the reference of `task` leads.

        Raises:
            EnvironmentFault: when one of the reference's calls fails.
        """
        if task not in self._goals:
            self._goals[task] = self._replayed(self._tasks[task])
        return self._goals[task]

    def _replayed(self, task: ProgramTask) -> Goal:
        world = ProgramWorld(self._setting, task, Goal)
        world.play(task.reference, _SEED)
        goal = world.reached()
        world.close()
        return goal
