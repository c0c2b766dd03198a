"""Names as callers write them, and as the world's columns are called."""

from collections.abc import Mapping
from typing import Any

__all__ = ["renamed"]


def renamed(value: Any, names: Mapping[str, str]) -> Any:
    """`value` (JSON) with other names for its fields, at every depth."""
    if isinstance(value, dict):
        return {names.get(name, name): renamed(inner, names) for name, inner in value.items()}
    if isinstance(value, list):
        return [renamed(inner, names) for inner in value]
    return value
