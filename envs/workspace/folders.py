"""The pack: each task has a folder, and so a world, of its own."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time

from wardian.base.messages import Message
from wardian.environments.checks import Check, ConfirmedWrites
from wardian.environments.environment import Environment
from wardian.environments.files.quota import Quota
from wardian.environments.files.reached import FilesReached
from wardian.environments.files.schema import tree_rows, used
from wardian.environments.files.shared import SHARED_SCHEMA, SharedFileTools, pending_rows
from wardian.environments.pack import Pack, TaskCard
from wardian.environments.packs import PackContext
from wardian.environments.scenario import World
from wardian.environments.simulated_pack import SimulatedPack
from wardian.environments.template import Template

from .project import TODAY
from .tasks import Assignment

__all__ = ["Folders"]

_RULES: tuple[Check, ...] = (
    FilesReached(),
    ConfirmedWrites(exempt=("write_file", "edit_file", "move_file", "copy_file", "make_folder")),
)
_IGNORED = frozenset({"clock", "pending_edits", "files.folder", "files.folded", "files.bytes"})


class Folders(Pack):
    """Assignments, each in a world that is made when it is first asked for.

    Args:
        context: of the pack.
        assignments: the tasks.
        spare_entries: how many more files and folders there is room for in each folder.
    """

    def __init__(self, context: PackContext, assignments: Iterable[Assignment], spare_entries: int) -> None:
        self.name = context.manifest.name
        self.version = context.manifest.version
        self.digest = context.digest
        self._context = context
        self._policy = context.read_text("policy.md")
        self._spare_entries = spare_entries
        self._assignments = {each.scenario.id: each for each in assignments}
        self._cards = tuple(each.scenario.card for each in self._assignments.values())
        self._worlds: dict[str, SimulatedPack] = {}

    def tasks(self) -> Sequence[TaskCard]:
        """The assignments in their order."""
        return self._cards

    def environment(self, task: str) -> Environment:
        """A fresh copy of the task's folder."""
        if task not in self._worlds:
            assignment = self._assignments[task]
            self._worlds[task] = SimulatedPack(self._context, self._world(assignment), [assignment.scenario])
        return self._worlds[task].environment(task)

    def reference(self, task: str) -> Sequence[Message]:
        """The scenario's own."""
        return self._assignments[task].scenario.reference

    def _world(self, assignment: Assignment) -> World:
        files = tree_rows(assignment.texts)
        entries, size = used(files)
        quota = Quota(entries=entries + self._spare_entries, bytes=size + assignment.spare_bytes)
        rows = {"files": files, "pending_edits": pending_rows(assignment.pending)}
        return World(
            template=Template(SHARED_SCHEMA, rows, datetime.combine(TODAY, time(9, 0))),
            toolbox=lambda state: SharedFileTools(state, quota=quota),
            policy=self._policy,
            checks=_RULES,
            ignore=_IGNORED,
        )
