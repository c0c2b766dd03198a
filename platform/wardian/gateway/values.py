"""Values of a request that JSON and Python read differently."""

from typing import Annotated, Any

import orjson
from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

__all__ = ["Count", "Off", "On", "One", "Seed", "Sendable"]

MOST = 2**31 - 1


def _on(given: bool) -> bool:
    if not given:
        raise ValueError("only true can be had here")
    return given


def _off(given: bool) -> bool:
    if given:
        raise ValueError("only false can be had here")
    return given


def _whole(given: Any) -> Any:
    return int(given) if isinstance(given, float) and given.is_integer() else given


def _sendable(given: dict[str, Any]) -> dict[str, Any]:
    try:
        orjson.dumps(given)
    except TypeError:
        raise ValueError("a number in it has more than 64 bits") from None
    return given


On = Annotated[bool, AfterValidator(_on), WithJsonSchema({"type": "boolean", "const": True})]
"""`Literal[True]` would take a 1 as well."""
Off = Annotated[bool, AfterValidator(_off), WithJsonSchema({"type": "boolean", "const": False})]
Count = Annotated[int, Field(ge=1, le=MOST), BeforeValidator(_whole)]
"""For JSON, 1.0 is a whole number."""
One = Annotated[int, Field(ge=1, le=1), BeforeValidator(_whole)]
Seed = Annotated[int, Field(ge=-(2**63), lt=2**63), BeforeValidator(_whole)]
Sendable = Annotated[dict[str, Any], AfterValidator(_sendable)]
"""A JSON Schema that can be written down again."""
