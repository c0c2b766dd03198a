"""The values of a config, as plain as YAML makes them, with the place of each."""

from collections.abc import Iterator, Sequence
from typing import Any

from wardian.specs.places import KeyPath, Place, Problem

__all__ = ["Document"]


class Document:
    """The values of a config, the place of each, and the problems found so far.

    Whoever replaces a value with `put` also clears the problems that the old one had.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.value: Any = None
        self.places: dict[KeyPath, Place] = {}
        self.problems: list[Problem] = []

    def place(self, path: KeyPath) -> Place:
        """The place of the value at `path`, or of the nearest one around it."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, Place(source=self.source))

    def path_of(self, keys: Sequence[str]) -> KeyPath:
        """`keys` with positions of lists as numbers."""
        path: KeyPath = ()
        for key in keys:
            path = (*path, int(key) if isinstance(self.get(path), list) and key.isdecimal() else key)
        return path

    def complain(self, path: KeyPath, text: str) -> None:
        """Note that the value at `path` cannot be used; whatever it quotes, that is one line."""
        line = " ".join(text.splitlines())
        self.problems.append(Problem(place=self.place(path), path=path, text=line))

    def get(self, path: KeyPath) -> Any:
        """The value at `path`; None when there is none."""
        value = self.value
        for key in path:
            try:
                value = value[key]
            except (KeyError, IndexError, TypeError):
                return None
        return value

    def forget(self, path: KeyPath) -> None:
        """Drop places and problems at and below `path`."""
        self.places = {other: place for other, place in self.places.items() if other[: len(path)] != path}
        self.problems = [problem for problem in self.problems if problem.path[: len(path)] != path]

    def forgive(self, path: KeyPath) -> None:
        """Drop the problems at `path` itself."""
        self.problems = [problem for problem in self.problems if problem.path != path]

    def texts(self) -> Iterator[tuple[KeyPath, str]]:
        """All texts with their paths, keys of mappings left out."""
        yield from _texts((), self.value)


def _texts(path: KeyPath, value: Any) -> Iterator[tuple[KeyPath, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts((*path, key), item)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts((*path, index), item)
