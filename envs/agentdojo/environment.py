"""The pack's entry point: AgentDojo's tasks, executed by Wardian and graded by AgentDojo."""

from collections.abc import Sequence
from functools import cache

from wardian.base.identity import digest
from wardian.base.messages import Message
from wardian.environments.environment import Environment
from wardian.environments.pack import Pack, TaskCard
from wardian.environments.packs import PackContext

from .episode import DojoEnvironment
from .library import BENCHMARK, Library, open_library
from .scenario import read_scenarios

__all__ = ["DojoPack", "open_pack"]


class DojoPack(Pack):
    """The tasks of one suite or of all four; the installed version of agentdojo is part of the digest."""

    def __init__(self, context: PackContext, library: Library) -> None:
        self.name = context.manifest.name
        self.version = context.manifest.version
        self.digest = digest([context.digest, "agentdojo", library.version, BENCHMARK], length=32)
        self._library = library
        suite, attack, victim = (str(context.knobs[name]) for name in ("suite", "attack", "victim"))
        self._scenarios = read_scenarios(library, suite, attack, victim)

    def tasks(self) -> Sequence[TaskCard]:
        """The user tasks, suite by suite; under attack each with every injection task."""
        return [scenario.card for scenario in self._scenarios.values()]

    def environment(self, task: str) -> Environment:
        """A fresh environment of `task`."""
        return DojoEnvironment(self._library, self._scenarios[task])

    def reference(self, task: str) -> Sequence[Message]:
        """AgentDojo's ground truth of the user task, spoken by an assistant."""
        return self._scenarios[task].reference()


def open_pack(context: PackContext) -> Pack:
    """Open the pack on the installed agentdojo.

    Raises:
        ConfigError: when agentdojo is not installed, or the attack's victim is nobody that it knows.
    """
    return DojoPack(context, _library())


_library = cache(open_library)
