"""JSON out of words: what a model meant, when it wrote more or less than that."""

from collections.abc import Iterator
from typing import Final, cast

import json_repair

from wardian.base.frozen import JsonValue
from wardian.models.fences import unfenced
from wardian.models.lenient import clean, parse

__all__ = ["salvaged", "whole"]

MOST_CHARACTERS: Final = 8_000
MOST_BRACKETS: Final = 200
"""What has more than this is not repaired: the repair of a text made to be hard takes quadratic time."""


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
        if len(piece) <= MOST_CHARACTERS and sum(map(piece.count, "{[(")) <= MOST_BRACKETS:
            yield from _repaired(piece)


def _repaired(text: str) -> Iterator[JsonValue]:
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
