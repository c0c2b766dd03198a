"""The pack's entry point: BFCL's multi-turn tasks, executed by Wardian and graded by BFCL."""

from collections.abc import Sequence
from functools import cache

from wardian.base.identity import digest
from wardian.base.messages import Message
from wardian.environments.environment import Environment
from wardian.environments.pack import Pack, TaskCard
from wardian.environments.packs import PackContext

from .episode import BfclEnvironment
from .functions import Functions
from .library import Library, open_library
from .reference import reference_messages
from .scenario import read_scenarios

__all__ = ["BfclPack", "open_pack"]


class BfclPack(Pack):
    """The tasks of one category or of all four; the installed version of bfcl-eval is part of the digest."""

    def __init__(self, context: PackContext, library: Library) -> None:
        self.name = context.manifest.name
        self.version = context.manifest.version
        self.digest = digest([context.digest, "bfcl-eval", library.version], length=32)
        self._library = library
        self._scenarios = read_scenarios(library, Functions(library), str(context.knobs["category"]))

    def tasks(self) -> Sequence[TaskCard]:
        """The four categories in turn, so that the first n tasks are of every kind."""
        return [scenario.card for scenario in self._scenarios.values()]

    def environment(self, task: str) -> Environment:
        """A fresh environment of `task`."""
        return BfclEnvironment(self._library, self._scenarios[task])

    def reference(self, task: str) -> Sequence[Message]:
        """BFCL's ground truth, spoken by an assistant."""
        return reference_messages(self._scenarios[task])


def open_pack(context: PackContext) -> Pack:
    """Open the pack on the installed bfcl-eval.

    Raises:
        ConfigError: when bfcl-eval or mpmath is not installed.
    """
    return BfclPack(context, _library())


_library = cache(open_library)
