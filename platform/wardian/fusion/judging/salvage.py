"""JSON out of words: what a model meant, when it wrote more or less than that."""

from collections.abc import Iterator
from typing import Final, cast

import json_repair

from wardian.base.frozen import JsonValue
from wardian.models.fences import unfenced
from wardian.models.lenient import parse

__all__ = ["salvaged", "whole"]

MOST_CHARACTERS: Final = 4_000
"""Only the end of a longer text is repaired: the repair of a text made to be hard takes quadratic time."""


def whole(text: str) -> JsonValue | None:
    """The JSON that `text` is, fences and all; None when it is none, or null."""
    try:
        return parse(unfenced(text).encode(errors="replace"))
    except ValueError:
        return None


def salvaged(text: str) -> Iterator[JsonValue]:
    """What may be meant by `text`, the most faithful reading first: what stands in braces, then what can be repaired.

    Commas too many, other quotes, missing ends and talk around it are forgiven.
    """
    inside = text[text.find("{") : text.rfind("}") + 1]
    if (value := whole(inside)) is not None:
        yield value
    end = text[-MOST_CHARACTERS:]
    if "{" in end or "[" in end:
        try:
            yield cast("JsonValue", json_repair.loads(end))
        except (ValueError, RecursionError):
            return
