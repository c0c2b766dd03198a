"""The tools with which an agent works in a tree of files."""

from collections.abc import Sequence

from wardian.base.frozen import JsonObject
from wardian.environments.files.cut import LINES, cut_items, cut_text
from wardian.environments.files.difference import unified_diff
from wardian.environments.files.paths import ROOT, name_of
from wardian.environments.files.patterns import Match, glob, wording
from wardian.environments.files.quota import ROOMY, Quota
from wardian.environments.files.text import lines_of, replaced_once
from wardian.environments.files.tree import FileTree, version_of
from wardian.environments.state import Row, State
from wardian.environments.tool import tool
from wardian.environments.toolbox import Toolbox

__all__ = ["FileTools"]

_LINE_CHARACTERS = 200


class FileTools(Toolbox):
    """Tools over the tree in the table `files`; a pack's toolbox may inherit from it.

    Whoever changes a file says which version they have read: a `conflict` tells that somebody was faster.

    Args:
        state: with the table of `files.schema.SCHEMA`.
        extras: see `Toolbox`.
        quota: what may be in the tree.
    """

    def __init__(self, state: State, extras: Sequence[str] = (), quota: Quota = ROOMY) -> None:
        super().__init__(state, extras)
        self.files = FileTree(state, quota)

    def opened(self, path: str) -> None:
        """Is told of each file that is read or copied: for toolboxes where something follows from that."""

    @tool(effect="read")
    def list_folder(self, path: str = ROOT) -> JsonObject:
        """List the files and folders that lie directly in a folder. For the root it also says how much room is left.

        Args:
            path: Such as "docs/drafts", relative to the root; "" is the root.
        """
        entries, notice = cut_items(self.files.entries(path), "entries")
        answer: JsonObject = {"entries": [_listed(row) for row in entries], **notice}
        if path == ROOT:
            answer["free_entries"], answer["free_bytes"] = self.files.free()
        return answer

    @tool(effect="read")
    def read_file(self, path: str, first_line: int = 1, lines: int = LINES) -> JsonObject:
        """Read a file, or some lines of it. The answer's version is needed to change the file.

        Args:
            path: Such as "docs/plan.md".
            first_line: Counted from 1.
            lines: How many, at most 500.
        """
        text = self.files.read(path)
        everything = lines_of(text)
        wanted, notice = cut_items(everything[max(first_line, 1) - 1 :], "lines", min(max(lines, 0), LINES))
        shown, cut = cut_text("\n".join(wanted))
        self.opened(path)
        return {"text": shown, "lines": len(everything), "version": version_of(text), **notice, **cut}

    @tool(effect="write")
    def write_file(self, path: str, text: str, version: str = "") -> JsonObject:
        """Write a whole file: a new one, or one that you have read.

        Args:
            path: Such as "docs/plan.md"; its folder must exist.
            text: All that shall be in it.
            version: "" for a new file; to replace one, the version that you have read.
        """
        if version:
            self.files.save(path, text, version)
        else:
            self.files.create(path, text)
        return {"version": version_of(text)}

    @tool(effect="write")
    def edit_file(self, path: str, old_text: str, new_text: str, version: str) -> JsonObject:
        """Replace a piece of a file by another text.

        Args:
            path: Such as "docs/plan.md".
            old_text: What to replace, exactly as it stands there; it must occur once.
            new_text: What stands there afterwards.
            version: The version that you have read.
        """
        current = self.files.read(path)
        stale = version_of(current) != version
        text = current if stale else replaced_once(current, old_text, new_text)
        self.files.save(path, text, version)
        return {"version": version_of(text)}

    @tool(effect="write")
    def move_file(self, path: str, new_path: str) -> JsonObject:
        """Move or rename a file or a folder.

        Args:
            path: What to move.
            new_path: Its whole new path; the folder must exist, and nothing may be there yet.
        """
        self.files.move(path, new_path)
        return {"path": new_path}

    @tool(effect="write")
    def copy_file(self, path: str, new_path: str) -> JsonObject:
        """Copy a file.

        Args:
            path: What to copy.
            new_path: The whole path of the copy; the folder must exist, and nothing may be there yet.
        """
        self.files.copy(path, new_path)
        self.opened(path)
        return {"path": new_path, "version": version_of(self.files.read(new_path))}

    @tool(effect="write")
    def delete_file(self, path: str, recursive: bool = False) -> JsonObject:
        """Delete a file or a folder for good.

        Args:
            path: What to delete.
            recursive: Whether a folder goes with all that is in it.
        """
        return {"deleted_files": self.files.delete(path, recursive=recursive)}

    @tool(effect="write")
    def make_folder(self, path: str) -> JsonObject:
        """Make a new folder.

        Args:
            path: Its whole path; the folder above it must exist.
        """
        self.files.create(path, None)
        return {"path": path}

    @tool(effect="read")
    def find_files(self, pattern: str, folder: str = ROOT) -> JsonObject:
        """Find files by their names.

        Args:
            pattern: Such as "*.md" for names, or "docs/**/plan-?.md" for whole paths: * and ? stand for characters of
                a name, ** for any folders.
            folder: Where to look; "" is everywhere.
        """
        fits = glob(pattern)
        found = [path for path in self.files.paths(folder) if fits(path)]
        paths, notice = cut_items(found, "paths")
        return {"paths": list(paths), **notice}

    @tool(effect="read")
    def search_text(
        self, query: str, regular: bool = False, ignore_case: bool = False, files: str = "*", folder: str = ROOT
    ) -> JsonObject:
        """Find the lines in which something occurs.

        Args:
            query: What to look for in each line.
            regular: Whether the query is a regular expression (syntax of RE2).
            ignore_case: Whether capitals make no difference.
            files: Look only into files whose names or paths fit, see find_files.
            folder: Where to look; "" is everywhere.
        """
        occurs, fits = wording(query, regular=regular, ignore_case=ignore_case), glob(files)
        rows = [row for row in self.files.files(folder) if fits(row["path"])]
        matches, notice = cut_items([match for row in rows for match in _matches(row, occurs)], "matches")
        return {"matches": list(matches), **notice}

    @tool(effect="read")
    def diff_files(self, path: str, other_path: str) -> JsonObject:
        """Compare two files; the answer is a unified diff, "" when they are equal.

        Args:
            path: The one.
            other_path: The other.
        """
        shown, cut = cut_text(unified_diff(self.files.read(path), self.files.read(other_path), path, other_path))
        return {"diff": shown, **cut}


def _listed(row: Row) -> JsonObject:
    if row["text"] is None:
        return {"name": name_of(row["path"]), "kind": "folder"}
    return {"name": name_of(row["path"]), "kind": "file", "bytes": row["bytes"]}


def _matches(row: Row, occurs: Match) -> list[JsonObject]:
    return [
        {"path": row["path"], "line": number, "text": line[:_LINE_CHARACTERS]}
        for number, line in enumerate(lines_of(row["text"]), 1)
        if occurs(line)
    ]
