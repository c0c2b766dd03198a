"""A judge's words, made sense of: never an error, at worst nothing."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from wardian.base.frozen import JsonValue
from wardian.models.fences import unfenced
from wardian.models.lenient import parse

__all__ = ["Words", "read_verdict"]


class Words(NamedTuple):
    """What a judge says: labels, the best first."""

    ranking: tuple[str, ...]
    confidence: float | None = None
    none_acceptable: bool = False


def read_verdict(text: str, labels: Sequence[str]) -> Words | None:
    """The verdict that `text` is; None when it is none."""
    try:
        return words_of(parse(unfenced(text).encode(errors="replace")), labels)
    except ValueError:
        return None


def words_of(value: JsonValue, labels: Sequence[str]) -> Words | None:
    """The verdict in a JSON value; None when it ranks nobody."""
    if not isinstance(value, dict):
        return None
    ranking = _ranking(value.get("ranking"), labels)
    if not ranking:
        return None
    return Words(ranking, _confidence(value.get("confidence")), value.get("none_acceptable") is True)


def _ranking(value: JsonValue, labels: Sequence[str]) -> tuple[str, ...]:
    """Labels that exist, each once."""
    known = {label.casefold(): label for label in labels}
    said = value if isinstance(value, list) else [value]
    names = (known.get(_bare(each)) for each in said if isinstance(each, str))
    return tuple(dict.fromkeys(name for name in names if name is not None))


def _bare(said: str) -> str:
    return said.strip(" \t\n\"'`*[]().:").casefold().removeprefix("candidate ").strip()


def _confidence(value: JsonValue) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value) if 0 <= value <= 1 else None
