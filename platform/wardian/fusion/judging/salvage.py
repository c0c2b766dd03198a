"""JSON out of words: what a model meant, when it wrote more or less than that."""

import json
from collections.abc import Callable, Iterator
from typing import Final, TypeVar, cast

import json_repair

from wardian.base.frozen import JsonValue
from wardian.models.fences import unfenced
from wardian.models.lenient import clean, parse

__all__ = ["readings", "salvaged", "whole"]

T = TypeVar("T")

MOST_CHARACTERS: Final = 8_000
MOST_BRACKETS: Final = 200
"""What has more than this is not repaired: the repair of a text made to be hard takes quadratic time."""
MOST_OBJECTS: Final = 200
"""So many beginnings of objects are followed up in one text."""
DECODER: Final = json.JSONDecoder(strict=False, parse_int=float)


def whole(text: str) -> JsonValue | None:
    """The JSON that `text` is, fences and all; None when it is none, or null."""
    try:
        return _clean(parse(unfenced(text).encode(errors="replace")))
    except (ValueError, RecursionError):
        return None


def salvaged(text: str) -> Iterator[JsonValue]:
    """What may be meant by `text`, the most faithful reading first: what stands in braces, then what can be repaired.

    Commas too many, other quotes, missing ends and talk around it are forgiven.
    """
    last = text.rfind("{")
    for piece in (text[text.find("{") : text.rfind("}") + 1], text[last : text.find("}", last) + 1]):
        if (value := whole(piece)) is not None:
            yield value
    for piece in (text, text[last:]) if last >= 0 else ():
        yield from _repaired(piece)


def readings(text: str, read: Callable[[JsonValue], T | None]) -> list[T]:
    """All different values that `read` finds in objects in `text`: of several nobody can say which one is meant."""
    found: list[T] = []
    start = text.find("{")
    for _ in range(MOST_OBJECTS):
        if start < 0:
            break
        value, end = _object(text, start)
        meant = read(value)
        if meant is not None and meant not in found:
            found.append(meant)
        start = text.find("{", start + 1 if meant is None else end)
    return found


def _object(text: str, start: int) -> tuple[JsonValue, int]:
    """The object that begins at `start`, and where it ends; a broken one ends where the next begins."""
    try:
        value, end = DECODER.raw_decode(text, start)
        return _clean(value), end
    except (ValueError, RecursionError):
        _, brace, rest = text[start:].partition("{")
        piece = brace + rest.partition("{")[0]
        return next(_repaired(piece), None), start + len(piece)


def _repaired(text: str) -> Iterator[JsonValue]:
    if len(text) > MOST_CHARACTERS or sum(map(text.count, "{[(")) > MOST_BRACKETS:
        return
    try:
        yield _clean(cast("JsonValue", json_repair.loads(text)))
    except (ValueError, RecursionError):
        return


def _clean(value: JsonValue) -> JsonValue:
    """Escapes may hide characters that nothing can store."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_clean(part) for part in value]
    if isinstance(value, dict):
        return {clean(key): _clean(part) for key, part in value.items()}
    return value
