"""Lists in pages."""

import re
from typing import Any, Final

from wardian.environments.services.spec import PageSpec
from wardian.environments.tool import BadArguments

__all__ = ["page", "page_arguments"]

CURSOR: Final = re.compile(r"p([1-9]\d{0,8})")


def page_arguments(spec: PageSpec) -> dict[str, Any]:
    """The arguments of a list, as properties of a JSON Schema."""
    size = {"type": "integer", "minimum": 1, "maximum": spec.most, "default": spec.default}
    return {
        spec.size: {**size, "description": "How many entries."},
        spec.cursor: {"type": "string", "description": f"Where to go on: {spec.next} of the page before."},
    }


def page(spec: PageSpec, entries: list[Any], size: Any, cursor: Any) -> dict[str, Any]:
    """One page of `entries`.

    Raises:
        BadArguments: when `size` or `cursor` is none that this service gives.
    """
    many = spec.default if size is None else size
    if type(many) is not int or not 1 <= many <= spec.most:
        raise BadArguments(f"{spec.size}: must be a whole number from 1 to {spec.most}")
    start = 0 if cursor is None else _place(spec, cursor)
    rest = start + many < len(entries)
    return {spec.items: entries[start : start + many], spec.next: f"p{start + many}" if rest else None}


def _place(spec: PageSpec, cursor: Any) -> int:
    found = CURSOR.fullmatch(cursor) if isinstance(cursor, str) else None
    if found is None:
        raise BadArguments(f"{spec.cursor}: is none that this service gave")
    return int(found[1])
