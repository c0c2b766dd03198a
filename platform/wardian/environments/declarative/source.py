"""Reading a `world.yaml`: every mistake in it is told with its line and key."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from wardian.base.errors import ConfigError
from wardian.environments.declarative.placeholders import PLACEHOLDER, PlaceholderError, filled
from wardian.environments.declarative.world import WorldSpec
from wardian.specs.document import Document
from wardian.specs.environments import KnobValue
from wardian.specs.names import nearest
from wardian.specs.parsing import parse
from wardian.specs.places import KeyPath
from wardian.specs.prompts import read_prompt
from wardian.specs.text_file import read_text
from wardian.specs.validation import validated

__all__ = ["inside", "read_world"]

LARGEST = 256 * 1024
FILE = "file:"


def read_world(folder: Path, name: str, knobs: Mapping[str, KnobValue]) -> tuple[WorldSpec, Document]:
    """What the file `name` in `folder` says with these knobs, and where it says it.

    Raises:
        ConfigError: with all problems of the file, one a line.
    """
    document = parse(_text(folder, name), source=str(folder / name), environ=None)
    _set_knobs(document, knobs)
    _spell_out(document)
    _read_policy(document, folder)
    return validated(document, WorldSpec, "tables and tools"), document


def inside(folder: Path, name: str) -> Path:
    """The file `name` of a pack.

    Raises:
        ValueError: when it lies outside of the folder, whose files are all that a pack depends on.
    """
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise ValueError(f"the file '{name}' is outside of the pack's folder")
    return path


def _text(folder: Path, name: str) -> str:
    try:
        return read_text(inside(folder, name), LARGEST, "large tables go into CSV files (`file:`)")
    except ValueError as error:
        raise ConfigError(f"{folder}: world: {error}") from None
    except FileNotFoundError:
        known = [path.name for path in folder.glob("[!.]*.y*ml")]
        raise ConfigError(f"{folder / name}: there is no such file; {nearest(name, known)}") from None


def _set_knobs(document: Document, knobs: Mapping[str, KnobValue]) -> None:
    """Replace `{knobs.NAME}`, wherever it stands."""
    for path, text in list(document.texts()):
        if not path or "{knobs." not in text:
            continue
        whole = PLACEHOLDER.fullmatch(text)
        try:
            value = filled(text, {"knobs": dict(knobs)}) if whole else _with_knobs(text, knobs)
        except PlaceholderError as error:
            document.complain(path, str(error))
            continue
        document.get(path[:-1])[path[-1]] = value


def _with_knobs(text: str, knobs: Mapping[str, KnobValue]) -> str:
    def one(found: str) -> str:
        return str(filled(found, {"knobs": dict(knobs)}))

    return PLACEHOLDER.sub(lambda found: one(found[0]) if found[1].startswith("knobs.") else found[0], text)


def _spell_out(document: Document) -> None:
    """`name: text` is short for `name: {type: text}`."""
    for path in list(_typed(document)):
        kind = document.get(path)
        if isinstance(kind, str):
            document.get(path[:-1])[path[-1]] = {"type": kind}
            document.places[(*path, "type")] = document.place(path)


def _typed(document: Document) -> Iterator[KeyPath]:
    """The places of columns and arguments."""
    for part, inner in (("tables", "columns"), ("tools", "arguments")):
        named = document.get((part,))
        for name in named if isinstance(named, dict) else ():
            values = document.get((part, name, inner))
            yield from ((part, name, inner, key) for key in (values if isinstance(values, dict) else ()))


def _read_policy(document: Document, folder: Path) -> None:
    policy = document.get(("policy",))
    if isinstance(policy, str) and policy.startswith(FILE):
        try:
            document.value["policy"] = read_prompt(inside(folder, policy.removeprefix(FILE).strip()))
        except ValueError as error:
            document.complain(("policy",), str(error))
