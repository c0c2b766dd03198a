"""BFCL's simulated file system, walked from outside."""

from collections.abc import Iterator
from typing import Protocol, TypeGuard

from wardian.base.frozen import JsonValue

__all__ = ["Directory", "entries", "is_directory", "path"]


class Directory(Protocol):
    """What BFCL's directories look like; its files have `content` instead of `contents`."""

    name: str
    parent: "Directory | None"
    contents: dict[str, object]


def is_directory(node: object) -> TypeGuard[Directory]:
    """Whether `node` is a directory."""
    return hasattr(node, "contents")


def path(directory: Directory) -> str:
    """Where `directory` lies, from the root's name on."""
    above = path(directory.parent) if directory.parent else ""
    return f"{above}/{directory.name}"


def entries(root: Directory) -> Iterator[tuple[str, str, JsonValue]]:
    """(path, column, value) for every directory and file below `root`, itself included."""
    return _walk(root, f"/{root.name}", ())


def _walk(node: object, place: str, above: tuple[object, ...]) -> Iterator[tuple[str, str, JsonValue]]:
    if not is_directory(node):
        yield place, "content", str(getattr(node, "content", ""))
        return
    yield place, "directory", True
    # `cp a a` makes BFCL's tree contain itself; each directory is listed once on its way down.
    if not any(node is each for each in above):
        for name, child in node.contents.items():
            yield from _walk(child, f"{place}/{name}", (*above, node))
