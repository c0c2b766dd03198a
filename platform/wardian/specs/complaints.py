"""What pydantic found wrong, in the user's words and at the user's lines."""

from collections.abc import Iterator
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from wardian.specs.document import Document
from wardian.specs.job import JobSpec
from wardian.specs.names import BadNames, nearest
from wardian.specs.places import KeyPath
from wardian.specs.shape import Schema, key_schema, keys_of, linked_schema, locate, resolve, tag_key, tagged
from wardian.specs.words import describe, expected

__all__ = ["complain"]

Location = tuple[str | int, ...]
"""In pydantic's sense."""
Found = tuple[KeyPath, str]
"""Where, and what is wrong there."""
TYPES: Final = {"tuple_type": "array", "model_type": "object"}
"""What pydantic says of a value that is no list or no mapping, and what it would have to be."""


def complain(document: Document, error: ValidationError, model: type[BaseModel] = JobSpec) -> None:
    """Note every error at its place in `document`; one for each key, and none where one is known already.

    `model` is what the document should have been.

    An error is left out as well when there is one further inside: "no such list" beside "its third item is bad".
    """
    known = {problem.path for problem in document.problems}
    root = linked_schema(model)
    found = [each for one in error.errors(include_url=False) for each in _problems(document, one, root)]
    places = known | {path for path, _ in found}
    for path, text in found:
        inside = any(_within(other, path) and other != path for other in places)
        if not inside and not any(_within(path, other) for other in known):
            known.add(path)
            document.complain(path, text)


def _within(path: KeyPath, around: KeyPath) -> bool:
    return path[: len(around)] == around


def _problems(document: Document, found: Any, root: Schema) -> Iterator[Found]:
    path, schema = locate(found["loc"], root)
    kind = found["type"]
    if kind == "extra_forbidden":
        _, around = locate(found["loc"][:-1], root)
        yield path, f"unknown key; {nearest(str(path[-1]), keys_of(around))}"
    elif kind == "missing":
        yield path, f"this key is required ({describe(schema)})"
    elif kind == "value_error":
        yield from _from_validator(path, found["ctx"]["error"])
    elif kind in ("union_tag_invalid", "union_tag_not_found") and isinstance(document.get(path), dict):
        yield from _bad_tag(document, (*path, tag_key(schema)), list(tagged(schema)))
    elif found["loc"][-1:] == ("[key]",):
        _, around = locate(found["loc"][:-2], root)
        yield path, f"must be {describe(key_schema(around))}"
    elif kind in TYPES:
        yield from _not_this_member(document, path, found["loc"], root)
    else:
        yield path, expected(schema, document.get(path))


def _not_this_member(document: Document, path: KeyPath, location: Location, root: Schema) -> Iterator[Found]:
    """Of a union of lists and mappings, a member that the value is not: what another member says of it says enough."""
    value, (_, schema), (_, union) = document.get(path), locate(location, root), locate(location[:-1], root)
    kinds = {resolve(choice).get("type") for choice in union.get("anyOf", ())}
    given = "object" if isinstance(value, dict) else "array" if isinstance(value, list) else None
    if given not in kinds:
        yield path, expected(union if kinds >= set(TYPES.values()) else schema, value)


def _from_validator(path: KeyPath, error: ValueError) -> Iterator[Found]:
    if isinstance(error, BadNames):
        yield from ((problem.path, problem.text) for problem in error.problems)
    else:
        yield path, str(error)


def _bad_tag(document: Document, path: KeyPath, tags: list[str]) -> Iterator[Found]:
    given = document.get(path)
    if given is None:
        yield path, f"this key is required ({' or '.join(map(repr, tags))})"
    else:
        yield path, f"there is no {path[-1]} {given!r}; {nearest(str(given), tags)}"
