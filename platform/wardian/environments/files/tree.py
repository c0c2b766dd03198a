"""Files and folders in a state, guarded: each operation happens as a whole, or a typed code says why not."""

from typing import Final

from wardian.base.identity import digest
from wardian.environments.files.paths import ROOT, checked, folded, folder_of, shown
from wardian.environments.files.quota import ROOMY, Quota
from wardian.environments.files.schema import entry_row
from wardian.environments.state import Row, State
from wardian.environments.tool import ToolError

__all__ = ["FileTree", "version_of"]

_VERSION_DIGITS = 8
_ROOT_ROW: Row = entry_row(ROOT)
_ALL: Final = "SELECT * FROM files"
_NAMES: Final = "SELECT path, text IS NULL AS is_folder FROM files"
_LAST: Final = "\U0010ffff"
"""Comes after every path."""


def version_of(text: str) -> str:
    """What tells two texts of a file apart: who changes a file says which version they have read."""
    return digest(text.encode(), length=_VERSION_DIGITS)


class FileTree:
    """The files in the table `files` of a state.

    All methods raise `ToolError` with one of these codes: invalid_path, invalid_text, not_found, exists, not_a_file,
    not_a_folder, not_empty, not_allowed, conflict, quota_exceeded.

    Args:
        state: with the table of `schema.SCHEMA`.
        quota: what may be in it.
    """

    def __init__(self, state: State, quota: Quota = ROOMY) -> None:
        self.quota = quota
        self._state = state

    def read(self, path: str) -> str:
        """The text of a file."""
        text: str | None = self._entry(checked(path))["text"]
        if text is None:
            raise ToolError("not_a_file", f"'{path}' is a folder")
        return text

    def entries(self, folder: str = ROOT) -> list[Row]:
        """What lies directly in a folder, by path: rows of the table; those of folders have no text."""
        path = checked(folder)
        self._require_folder(path)
        return self._state.all("SELECT * FROM files WHERE folder = ? ORDER BY path", path)

    def files(self, folder: str = ROOT) -> list[Row]:
        """All files below a folder, by path."""
        path = checked(folder)
        self._require_folder(path)
        return [row for row in self._below(path) if row["text"] is not None]

    def paths(self, folder: str = ROOT) -> list[str]:
        """The paths of all files below a folder, in their order; without reading any of them."""
        path = checked(folder)
        self._require_folder(path)
        rows = self._below(path, _NAMES)
        return [row["path"] for row in rows if not row["is_folder"]]

    def free(self) -> tuple[int, int]:
        """How many more entries and bytes the quota allows."""
        used = self._state.one("SELECT count(*) AS entries, coalesce(sum(bytes), 0) AS bytes FROM files") or {}
        return max(self.quota.entries - used["entries"], 0), max(self.quota.bytes - used["bytes"], 0)

    def create(self, path: str, text: str | None) -> None:
        """Make a new file, or a folder when there is no text, in a folder that exists."""
        self._require_free(checked(path))
        self._require_room(entries=1, size=0 if text is None else self._measured(text))
        self._state.run(
            "INSERT INTO files(path, folder, folded, locked, bytes, text) VALUES (?, ?, ?, ?, ?, ?)",
            *entry_row(path, text).values(),
        )

    def save(self, path: str, text: str, version: str) -> None:
        """Replace the text of a file, which must still be the one of `version`."""
        old = self.read(path)
        self._unlocked(path)
        if version_of(old) != version:
            raise ToolError("conflict", f"'{path}' is not what you have read: it has changed since. Read it again")
        size = self._measured(text)
        self._require_room(entries=0, size=size - len(old.encode()))
        self._state.run("UPDATE files SET text = ?, bytes = ? WHERE path = ?", text, size, path)

    def delete(self, path: str, *, recursive: bool = False) -> int:
        """Delete a file, or a folder with all that is in it when `recursive`; the number of files that are gone."""
        doomed = self._movable(checked(path))
        if len(doomed) > 1 and not recursive:
            raise ToolError("not_empty", f"'{path}' is a folder with something in it")
        for row in doomed:
            self._state.run("DELETE FROM files WHERE path = ?", row["path"])
        return sum(row["text"] is not None for row in doomed)

    def move(self, path: str, new_path: str) -> None:
        """Give a file, or a folder with all that is in it, another path."""
        moving = self._movable(checked(path))
        self._require_free(checked(new_path), but_for=path)
        if new_path.startswith(f"{path}/"):
            raise ToolError("not_allowed", f"'{path}' cannot be moved into itself")
        for row in moving:
            place = checked(new_path + row["path"][len(path) :])
            self._state.run(
                "UPDATE files SET path = ?, folder = ?, folded = ? WHERE path = ?",
                *(place, folder_of(place), folded(place), row["path"]),
            )

    def copy(self, path: str, new_path: str) -> None:
        """Make a copy of a file."""
        self.create(new_path, self.read(path))

    def _entry(self, path: str) -> Row:
        row = self._alike(path)
        if row is None or row["path"] != path:
            hint = "" if row is None else f"; there is '{row['path']}'"
            raise ToolError("not_found", f"there is no '{shown(path)}'{hint}")
        return row

    def _alike(self, path: str) -> Row | None:
        """The entry whose path looks like this one."""
        return _ROOT_ROW if path == ROOT else self._state.one("SELECT * FROM files WHERE folded = ?", folded(path))

    def _below(self, folder: str, select: str = _ALL) -> list[Row]:
        low, high = ("", _LAST) if folder == ROOT else (f"{folder}/", f"{folder}0")  # 0 is the character after /
        return self._state.all(f"{select} WHERE path > ? AND path < ? ORDER BY path", low, high)

    def _movable(self, path: str) -> list[Row]:
        """The entry and all below it, if nothing holds it where it is."""
        if path == ROOT:
            raise ToolError("not_allowed", "the root stays where it is")
        return self._unlocked(path)

    def _require_folder(self, path: str) -> None:
        if path != ROOT and self._entry(path)["text"] is not None:
            raise ToolError("not_a_folder", f"'{path}' is a file")

    def _require_free(self, path: str, but_for: str | None = None) -> None:
        there = self._alike(path)
        if there is not None and there["path"] != but_for:
            raise ToolError("exists", f"there is '{there['path'] or '/'}' already")
        self._require_folder(folder_of(path))

    def _unlocked(self, path: str) -> list[Row]:
        rows = [self._entry(path), *self._below(path)]
        locked = next((row for row in rows if row["locked"]), None)
        if locked is not None:
            raise ToolError("not_allowed", f"'{locked['path']}' is locked: nobody may change it")
        return rows

    def _require_room(self, entries: int, size: int) -> None:
        free_entries, free_bytes = self.free()
        if entries > free_entries:
            raise ToolError("quota_exceeded", "there is no room for more files and folders")
        if size > free_bytes:
            raise ToolError("quota_exceeded", f"that takes {size} bytes more, and {free_bytes} are free")

    def _measured(self, text: str) -> int:
        """The bytes of a text that may be a file's."""
        if "\0" in text:  # nobody would see in the log of changes what comes after it
            raise ToolError("invalid_text", "files hold text, and a NUL is none")
        try:
            size = len(text.encode())
        except UnicodeEncodeError as error:
            raise ToolError("invalid_text", "files hold text, and half a character is none") from error
        if size > self.quota.file_bytes:
            raise ToolError("quota_exceeded", f"the text has {size} bytes, and a file {self.quota.file_bytes} at most")
        return size
