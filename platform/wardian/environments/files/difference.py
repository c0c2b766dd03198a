"""What sets two texts apart, as a unified diff."""

import difflib
from collections.abc import Sequence

from wardian.environments.files.text import lines_of
from wardian.environments.tool import ToolError

__all__ = ["unified_diff"]

_PAIRS = 250_000
"""Lines of one text times lines of the other between their first and last difference: comparing takes so much time."""


def unified_diff(old: str, new: str, old_name: str, new_name: str) -> str:
    """The differing lines with three lines around them; "" for equal texts.

    Raises:
        ToolError: `too_different` when they have too much that is not alike.
    """
    before, after = lines_of(old), lines_of(new)
    alike = _alike(before, after)
    if (len(before) - alike) * (len(after) - alike) > _PAIRS:
        raise ToolError("too_different", f"'{old_name}' and '{new_name}' differ in too many lines to be compared")
    return "\n".join(difflib.unified_diff(before, after, old_name, new_name, lineterm=""))


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """The number of lines that both begin and end with."""
    least = min(len(one), len(other))
    head = next((n for n in range(least) if one[n] != other[n]), least)
    tail = next((n for n in range(least - head) if one[-1 - n] != other[-1 - n]), least - head)
    return head + tail
