"""Values in the types that a schema asks for, where nothing is lost by it."""

from decimal import Decimal
from typing import Any, Final

__all__ = ["coerced"]

NUMBERS: Final = frozenset({"integer", "number"})
LONGEST: Final = 64
"""Digits that a number written as a text may have, and zeros besides."""


def coerced(value: Any, types: frozenset[str]) -> Any:
    """`value` in one of `types` when that loses nothing, and in whatever type without any.

    True is no number, and a number is no truth. One number has one form: 1.0 is 1.
    """
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, str):
        return value if not types or "string" in types else _out_of_text(value, types)
    if isinstance(value, float) and value.is_integer() and (not types or NUMBERS & types):
        return int(value)
    if isinstance(value, int) and types == {"string"}:
        return str(value)
    return value


def _out_of_text(text: str, types: frozenset[str]) -> Any:
    if "boolean" in types and text in ("true", "false"):
        return text == "true"
    if "null" in types and text == "null":
        return None
    if NUMBERS & types and text.isascii():
        return _number(text, whole="number" not in types)
    return text


def _number(text: str, *, whole: bool) -> Any:
    try:
        value = Decimal(text)
    except ArithmeticError:
        return text
    if not value.is_finite() or abs(value.adjusted()) > LONGEST:
        return text
    if value == value.to_integral_value():
        return int(value)
    return text if whole else float(value)
