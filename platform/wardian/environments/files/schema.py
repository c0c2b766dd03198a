"""The table of a tree, and its rows at the beginning."""

from collections.abc import Collection, Iterable, Mapping

from wardian.environments.files.paths import checked, folded, folder_of
from wardian.environments.state import Row

__all__ = ["SCHEMA", "entry_row", "tree_rows", "used"]

SCHEMA = """
CREATE TABLE files(
  path TEXT PRIMARY KEY,
  folder TEXT NOT NULL,
  folded TEXT NOT NULL UNIQUE,
  locked INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  text TEXT
);
CREATE INDEX files_by_folder ON files(folder);
"""
"""To be part of a pack's schema. Folders have no text; No two paths look the same: `folded` is unique."""


def tree_rows(texts: Mapping[str, str], folders: Iterable[str] = (), locked: Collection[str] = ()) -> list[Row]:
    """The rows of the table `files`.

    Args:
        texts: of all files, by path.
        folders: that are there though nothing lies in them; those of files need not be named.
        locked: files that nobody may change.

    Raises:
        ToolError: when a path is none.
    """
    needed = {above for path in texts for above in _folders_above(path)}
    needed |= {each for folder in folders for each in (*_folders_above(folder), folder)}
    files = [{**entry_row(checked(path), text), "locked": int(path in locked)} for path, text in texts.items()]
    return [*(entry_row(checked(folder)) for folder in sorted(needed)), *files]


def entry_row(path: str, text: str | None = None) -> Row:
    """The row of a file, or of a folder when there is no text."""
    size = 0 if text is None else len(text.encode())
    return {
        "path": path,
        "folder": folder_of(path),
        "folded": folded(path),
        "locked": 0,
        "bytes": size,
        "text": text,
    }


def used(rows: Iterable[Row]) -> tuple[int, int]:
    """How many entries and bytes these rows count for in a quota."""
    sizes = [row["bytes"] for row in rows]
    return len(sizes), sum(sizes)


def _folders_above(path: str) -> list[str]:
    names = path.split("/")[:-1]
    return ["/".join(names[: depth + 1]) for depth in range(len(names))]
