"""`--set key.path=value`: what the command line changes in a config."""

import re
from collections.abc import Mapping
from typing import Any

from wardian.base.errors import ConfigError
from wardian.specs.document import Document
from wardian.specs.masking import mask
from wardian.specs.parsing import parse
from wardian.specs.places import KeyPath, Place, spell

__all__ = ["override", "put"]

KEY = re.compile(r'"([^"]+)"|([^."=\s]+)')


def override(document: Document, assignment: str, environ: Mapping[str, str]) -> KeyPath:
    """Apply one `a.b.0.c=value` and return its path; the value is read as YAML.

    Raises:
        ConfigError: when the assignment itself cannot be read.
    """
    keys, equals, text = _split(assignment)
    if not equals:
        raise ConfigError(f"--set {spell(keys)}: expected key.path=value")
    source = mask(f"--set {spell(keys)}")
    value = parse(text, source=source, environ=environ, numbered=False)
    path = put(document, keys, value.value, Place(source=source))
    document.problems += [problem.model_copy(update={"path": (*path, *problem.path)}) for problem in value.problems]
    return path


def _split(assignment: str) -> tuple[KeyPath, bool, str]:
    keys: list[str] = []
    position = 0
    while match := KEY.match(assignment, position):
        keys.append(match[1] or match[2])
        position = match.end()
        if assignment[position : position + 1] != ".":
            break
        position += 1
    rest = assignment[position:]
    if not keys or rest[:1] not in ("", "=") or assignment[position - 1] == ".":
        raise ConfigError("--set: expected key.path=value, such as --set agents.0.model=sim-strong")
    return tuple(keys), rest[:1] == "=", rest[1:]


def put(document: Document, keys: KeyPath, value: Any, place: Place) -> KeyPath:
    """Replace the value at `keys`, making mappings on the way; the path with list positions as numbers.

    Raises:
        ConfigError: when something on the way is neither a mapping nor a list.
    """
    if document.value is None:
        document.value = {}
    target = document.value
    path: KeyPath = ()
    for key in keys[:-1]:
        path = (*path, _step(target, key, path, place))
        if _vacant(target, path[-1]):
            document.places[path] = place
        target = target[path[-1]]
    path = (*path, _step(target, keys[-1], path, place))
    if isinstance(target, list) and path[-1] == len(target):
        target.append(value)
    else:
        target[path[-1]] = value
    document.forget(path)
    document.places[path] = place
    return path


def _vacant(target: Any, key: str | int) -> bool:
    """Whether nothing stood at `key`; then an empty mapping does now."""
    if isinstance(target, list):
        vacant = key == len(target)
        target += [{}] * vacant
    else:
        vacant = target.get(key) is None
        if vacant:
            target[key] = {}
    return vacant


def _step(target: Any, key: str | int, path: KeyPath, place: Place) -> str | int:
    if isinstance(target, dict):
        return str(key)
    if not isinstance(target, list):
        raise ConfigError(f"{place}: '{spell(path)}' holds a single value, so it has no '{key}'")
    if not re.fullmatch(r"\d{1,6}", str(key)) or int(key) > len(target):
        raise ConfigError(f"{place}: '{spell(path)}' is a list of {len(target)}; its positions start at 0")
    return int(key)
