"""Where a task is written: the folder, what the person says, and the agent's part of a perfect conversation."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from wardian.environments.amounts import NUMERALS
from wardian.environments.brief import Correction, Fact, Wish
from wardian.environments.checks import Communicated
from wardian.environments.files.shared import PendingEdit
from wardian.environments.files.tree import version_of
from wardian.environments.persona import Persona
from wardian.environments.solution import Solution

from .project import TODAY, Project

__all__ = ["Desk", "counted", "place_fact", "spared"]

_SIGNATURE = re.compile(r"^(?:Last reviewed: .*|# owner: .*)$", re.MULTILINE)
"""The line of a page or a file of settings that a colleague may change without touching what a task is about."""


@dataclass
class Desk(Solution):
    """Collects a task's script while it follows what becomes of the files.

    Args:
        project: the folder as it is at the beginning; templates add to its texts before they write a script.
        persona: of whoever asks.
        lookalikes: how many traps to set.
        conflicts: how many files a colleague changes besides.
    """

    project: Project
    persona: Persona
    lookalikes: int
    conflicts: int
    pending: list[PendingEdit] = field(default_factory=list)
    room: int | None = None
    """Bytes left in the folder, where the task needs a certain number."""
    _now: dict[str, str] = field(default_factory=dict)
    """What has become of files."""
    _seen: dict[str, str] = field(default_factory=dict)
    """What the agent has read or written last."""

    @property
    def random(self) -> Random:
        """The folder's own stream."""
        return self.project.random

    @property
    def texts(self) -> dict[str, str]:
        """The files at the beginning, by path."""
        return self.project.texts

    def read(self, path: str) -> str:
        """The agent reads a file; what it sees. A colleague's edit follows the first reading."""
        self.call("read_file", path=path)
        waiting = next((edit for edit in self.pending if edit.path == path), None)
        if waiting is not None and path not in self._seen:
            self._now[path] = waiting.applied_to(self.texts[path])
        self._seen[path] = self.texts[path] if path not in self._seen else self.text(path)
        return self._seen[path]

    def text(self, path: str) -> str:
        """What stands in a file now."""
        return self._now.get(path, self.texts.get(path, ""))

    def change(self, path: str, made: Callable[[str], str]) -> None:
        """The agent makes another text of a file's, with one edit where that is enough."""
        self._interfere(path)
        while self._seen.get(path) != self.text(path):
            self.read(path)
        old, new = self.text(path), made(self.text(path))
        version = version_of(old)
        piece = _only_difference(old, new)
        if piece is None:
            self.call("write_file", path=path, text=new, version=version)
        else:
            self.call("edit_file", path=path, old_text=piece[0], new_text=piece[1], version=version)
        self._now[path] = self._seen[path] = new

    def create(self, path: str, text: str) -> None:
        """The agent writes a new file."""
        self.call("write_file", path=path, text=text)
        self._now[path] = self._seen[path] = text

    def copy(self, path: str, new_path: str) -> None:
        """The agent copies a file, and knows the version of the copy."""
        self.call("copy_file", path=path, new_path=new_path)
        self._now[new_path] = self._seen[new_path] = self.text(path)

    def interrupt(self, path: str, old: str, new: str) -> None:
        """A colleague will replace `old` by `new` once the agent has read the file."""
        self.pending.append(PendingEdit(path=path, old=old, new=new))

    def _interfere(self, path: str) -> None:
        """A colleague signs the file meanwhile, as long as the knob asks for more of that."""
        signature = _SIGNATURE.search(self.texts.get(path, ""))
        if (
            not self.conflicts
            or signature is None
            or path in self._seen
            or any(edit.path == path for edit in self.pending)
        ):
            return
        self.conflicts -= 1
        who = next(person for person in self.project.people if person not in signature[0])
        label = "# owner:" if signature[0].startswith("#") else f"Last reviewed: {TODAY} by"
        self.interrupt(path, signature[0], f"{label} {who}")


def place_fact(persona: Persona, place: str) -> Fact:
    """Where something lies, for who can remember it."""
    known = "place" not in persona.forgets
    return Fact(
        name="place",
        asked=r"\bwhere\b|which (?:file|folder)|what (?:file|folder)|\b(?:path|location)\b",
        answer=f"It is in {place}." if known else "I do not remember where it is.",
        bare=place if known else "",
        known=known,
    )


def counted(number: int, what: str, ask: str) -> tuple[Wish, Communicated]:
    """The person wants to hear how many there were, and the check that they did: "4 files", or just "4"."""
    said = rf"(?:{number}|{NUMERALS[number]})"
    pattern = rf"\b{said}\b[ \w*`]{{0,30}}\b{what}|^[^\d\n]{{0,30}}\b{said}\W{{0,3}}$"
    wish = Wish(name="count", said=pattern, ask=ask, about=rf"\b\d+ (?:\w+ )?{what}")
    return wish, Communicated(name="told_count", pattern=pattern)


def spared(what: str, say: str) -> Correction:
    """What the person says to a proposal that goes too far: that names `what` and does not say that it stays."""
    stays = r"\b(?:not|no|never|except|without|leav\w+|leave|exclud\w*|skip\w*|untouched|unchanged|only)\b|n't\b"
    return Correction(wrong=what, right=stays, say=say)


def _only_difference(old: str, new: str) -> Sequence[str] | None:
    """The only line in which two texts differ, in both forms; None when there are more, or it occurs twice."""
    before, after = old.split("\n"), new.split("\n")
    if len(before) != len(after):
        return None
    pairs = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
    return pairs[0] if len(pairs) == 1 and pairs[0][0] and old.count(pairs[0][0]) == 1 else None
