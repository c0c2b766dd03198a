"""The pack's entry point: tau2's tasks, executed by Wardian and graded by tau2's evaluators."""

from collections.abc import Sequence
from functools import cache

from wardian.base.identity import digest
from wardian.base.messages import Message
from wardian.environments.environment import Environment
from wardian.environments.pack import Pack, TaskCard
from wardian.environments.packs import PackContext

from .episode import Tau2Environment
from .library import Library, open_library
from .scenario import read_scenarios

__all__ = ["Tau2Pack", "open_pack"]


class Tau2Pack(Pack):
    """The tasks of one domain or of all; the installed version of tau2 is part of the digest."""

    def __init__(self, context: PackContext, library: Library) -> None:
        self.name = context.manifest.name
        self.version = context.manifest.version
        self.digest = digest([context.digest, library.version], length=32)
        self._library = library
        self._patience = int(context.knobs["patience"])
        self._scenarios = read_scenarios(library, str(context.knobs["domain"]), str(context.knobs["split"]))

    def tasks(self) -> Sequence[TaskCard]:
        """The tasks, domain by domain."""
        return [scenario.card for scenario in self._scenarios.values()]

    def environment(self, task: str) -> Environment:
        """A fresh environment of `task`."""
        return Tau2Environment(self._library, self._scenarios[task], self._patience)

    def reference(self, task: str) -> Sequence[Message]:
        """tau2's gold actions, done by an assistant who then says what has to be said."""
        return self._scenarios[task].reference()


def open_pack(context: PackContext) -> Pack:
    """Open the pack on the installed tau2.

    Raises:
        ConfigError: when tau2 is not installed.
    """
    return Tau2Pack(context, _library())


_library = cache(open_library)
