"""A tree in which colleagues work too: they change files after the agent has read them."""

from collections.abc import Iterable

from wardian.base.frozen import Frozen
from wardian.base.messages import ToolCall
from wardian.environments.files.schema import SCHEMA
from wardian.environments.files.tools import FileTools
from wardian.environments.observation import Observation
from wardian.environments.state import Row
from wardian.environments.tool import Actor

__all__ = ["SHARED_SCHEMA", "PendingEdit", "SharedFileTools", "pending_rows"]

SHARED_SCHEMA = f"""{SCHEMA}
CREATE TABLE pending_edits(id INTEGER PRIMARY KEY, path TEXT NOT NULL, old TEXT NOT NULL, new TEXT NOT NULL);
CREATE INDEX pending_edits_by_path ON pending_edits(path);
"""
"""Packs put `pending_edits` into `World.ignore`: that an edit is not waiting any more is nobody's business."""


class PendingEdit(Frozen):
    """A colleague will replace `old` by `new` in the file at `path`, right after the agent has first read it.

    Where `old` does not stand any more, nothing happens.
    """

    path: str
    old: str
    new: str

    def applied_to(self, text: str) -> str:
        """`text` as the colleague leaves it."""
        return text.replace(self.old, self.new, 1)


def pending_rows(edits: Iterable[PendingEdit]) -> list[Row]:
    """The rows of the table `pending_edits`; those of one file happen one after the other, one for each reading."""
    return [{"id": number, **edit.model_dump()} for number, edit in enumerate(edits, 1)]


class SharedFileTools(FileTools):
    """File tools in such a tree. What a colleague does is silent: no call of the agent's has changed it."""

    _opened: str | None = None

    def opened(self, path: str) -> None:
        """Remember the file until the call has ended: what reads does not write."""
        self._opened = path

    def call(self, call: ToolCall, actor: Actor = "agent") -> Observation:
        """Execute the call; after a file was read or copied, its next pending edit happens."""
        observation = super().call(call, actor)
        path, self._opened = self._opened, None
        if path is not None:
            self._colleague_edits(path)
        return observation

    def _colleague_edits(self, path: str) -> None:
        row = self.state.one("SELECT * FROM pending_edits WHERE path = ? ORDER BY id", path)
        if row is None:
            return
        text = PendingEdit(path=path, old=row["old"], new=row["new"]).applied_to(self.files.read(path))
        with self.state.unattributed():
            self.state.run("DELETE FROM pending_edits WHERE id = ?", row["id"])
            self.state.run("UPDATE files SET text = ?, bytes = ? WHERE path = ?", text, len(text.encode()), path)
