"""Names as callers write them, and as the world's columns are called."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import Field

__all__ = ["PATH", "Wire", "is_wire", "renamed"]

_NAME: Final = r"[A-Za-z][A-Za-z0-9_-]{0,63}"
PATH: Final = rf"(?:/(?:[A-Za-z0-9_.~-]+|\{{{_NAME}\}}))+"
"""A path of HTTP: plain words, and arguments in braces."""

Wire = Annotated[str, Field(pattern=f"^{_NAME}$")]
"""A name as callers write it."""


def is_wire(name: str) -> bool:
    """Whether callers of a service may write `name`."""
    return re.fullmatch(_NAME, name) is not None


def renamed(value: Any, names: Mapping[str, str]) -> Any:
    """`value` (JSON) with other names for its fields, at every depth."""
    if isinstance(value, dict):
        return {names.get(name, name): renamed(inner, names) for name, inner in value.items()}
    if isinstance(value, list):
        return [renamed(inner, names) for inner in value]
    return value
