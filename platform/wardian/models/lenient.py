"""JSON as providers really write it, brought to values that the rest of Wardian can store.

Lone surrogates and NUL characters break Parquet, UTF-8 files and JSON itself: they are replaced
here, once, at the border.
"""

import json
from typing import cast

import orjson

from wardian.base.frozen import JsonObject, JsonValue

__all__ = ["as_fraction", "as_json", "as_object", "as_text", "clean", "parse"]

REPLACEMENT = "\ufffd"
SAFE_DIGITS = 18


def parse(body: bytes) -> JsonValue:
    """The value of `body`; forgives bad UTF-8, lone surrogates, NaN and a byte order mark.

    Raises:
        ValueError: when it is no JSON all the same.
    """
    try:
        return cast("JsonValue", orjson.loads(body))
    except orjson.JSONDecodeError:
        pass
    try:
        text = body.decode("utf-8-sig", "replace")
        return cast("JsonValue", json.loads(text, strict=False, parse_int=_integer))
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _integer(digits: str) -> int | float:
    """Longer ones become floats, as orjson reads them: arithmetic with an integer beyond all floats raises."""
    return int(digits) if len(digits) <= SAFE_DIGITS else float(digits)


def clean(text: str) -> str:
    """`text` with lone surrogates and NUL replaced."""
    if "\0" in text:
        text = text.replace("\0", REPLACEMENT)
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def as_object(value: JsonValue) -> JsonObject:
    """`value` when it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_fraction(value: JsonValue) -> float | None:
    """`value` when it is a number from 0 to 1, else None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value <= 1 else None


def as_json(value: object) -> str | None:
    """`value` as strict JSON; None when there is no such thing (lone surrogates, nested too deeply)."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:  # orjson's errors are such
        return None


def as_text(value: JsonValue) -> str:
    """`value` as text: a string as it is, null as nothing, everything else as JSON."""
    if isinstance(value, str):
        return clean(value)
    if value is None:
        return ""
    try:
        return clean(json.dumps(value, ensure_ascii=False))
    except RecursionError:
        return REPLACEMENT  # nobody can read it: not JSON, so nobody takes it for valid arguments either
