"""`{name.column|filter}` in the texts of a `world.yaml`."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import orjson

from wardian.base.frozen import JsonValue
from wardian.environments.amounts import money
from wardian.specs.names import nearest

__all__ = ["PLACEHOLDER", "PlaceholderError", "Values", "filled", "filled_text"]

Values = Mapping[str, JsonValue]

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*)(?:\|([a-z_]+))?\}")
"""A name in small letters, so that the `{4}` of a pattern is none."""


class PlaceholderError(ValueError):
    """A placeholder that stands for nothing."""


def filled(text: str, values: Values) -> JsonValue:
    """`text` with `values` in the places of its placeholders; one that is the whole text keeps the value's type.

    Raises:
        PlaceholderError: in a line, when there is no such value or filter.
    """
    whole = PLACEHOLDER.fullmatch(text)
    return _value(whole, values) if whole else filled_text(text, values)


def filled_text(text: str, values: Values) -> str:
    """The same, as text in any case."""
    return PLACEHOLDER.sub(lambda found: _written(_value(found, values)), text)


def _value(found: re.Match[str], values: Values) -> JsonValue:
    value: JsonValue = dict(values)
    for key in found[1].split("."):
        known = value if isinstance(value, dict) else {}
        if key not in known:
            raise PlaceholderError(f"{found[0]}: there is no '{key}'; {nearest(key, known)}")
        value = known[key]
    return value if found[2] is None else _filtered(found, value)


def _filtered(found: re.Match[str], value: JsonValue) -> str:
    name = found[2]
    if name not in _FILTERS:
        raise PlaceholderError(f"{found[0]}: there is no filter '{name}'; {nearest(name, _FILTERS)}")
    try:
        return _FILTERS[name](value)
    except (TypeError, ValueError):
        raise PlaceholderError(f"{found[0]}: {value!r} cannot be written as '{name}'") from None


def _written(value: JsonValue) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return orjson.dumps(value).decode()


def _money(cents: Any) -> str:
    whole, rest = divmod(int(cents), 100)
    return f"${whole:,}.{rest:02d}"


def _date(text: Any) -> str:
    day = datetime.fromisoformat(text)
    return f"{day:%B} {day.day}, {day.year}"


def _date_pattern(text: Any) -> str:
    """The date as people write it: 2026-03-24, March 24th, 24 Mar, 3/24; never a part of another number."""
    day = datetime.fromisoformat(text)
    month, number = rf"{day:%b}(?:{f'{day:%B}'[3:]})?\.?", rf"(?<!\d)0?{day.day}(?:st|nd|rd|th)?(?!\d)"
    written = rf"{month} {number}|{number} (?:of )?{month}|(?<!\d)0?{day.month}/0?{day.day}(?!\d)"
    return rf"(?:(?<!\d){day:%Y-%m-%d}(?!\d)|{written})"


_FILTERS: Mapping[str, Callable[[JsonValue], str]] = {
    "re": lambda value: re.escape(_written(value)),
    "lower": lambda value: _written(value).lower(),
    "money": _money,
    "money_re": lambda value: money(int(value)),  # type: ignore[arg-type]  # a TypeError is told
    "date": _date,
    "date_re": _date_pattern,
}
