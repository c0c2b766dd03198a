"""What sets two texts apart, as a unified diff."""

import difflib
import re

from wardian.environments.files.text import lines_of
from wardian.environments.tool import ToolError

__all__ = ["unified_diff"]

_CONTEXT = 3
_PAIRS = 100_000
"""Lines of one text times lines of the other between their first and last difference: comparing takes so much time."""
_HUNK = re.compile(r"^@@ -(\d+)(.*) \+(\d+)(.*) @@$")


def unified_diff(old: str, new: str, old_name: str, new_name: str) -> str:
    """The differing lines with three lines around them; "" for equal texts.

    Raises:
        ToolError: `too_different` when there are too many lines between the first difference and the last.
    """
    before, after = lines_of(old), lines_of(new)
    head, tail = _alike(before, after)
    if (len(before) - head - tail) * (len(after) - head - tail) > _PAIRS:
        raise ToolError("too_different", f"'{old_name}' and '{new_name}' differ in too many lines to be compared")
    begin, left_out = max(head - _CONTEXT, 0), max(tail - _CONTEXT, 0)
    one, other = (lines[begin : len(lines) - left_out] for lines in (before, after))
    diff = difflib.unified_diff(one, other, old_name, new_name, n=_CONTEXT, lineterm="")
    return "\n".join(_HUNK.sub(lambda hunk: _shifted(hunk, begin), line) for line in diff)


def _alike(one: list[str], other: list[str]) -> tuple[int, int]:
    """With how many equal lines both begin, and with how many others both end."""
    least = min(len(one), len(other))
    head = next((n for n in range(least) if one[n] != other[n]), least)
    tail = next((n for n in range(least - head) if one[-1 - n] != other[-1 - n]), least - head)
    return head, tail


def _shifted(hunk: re.Match[str], lines: int) -> str:
    """The heading of a hunk, for texts that have so many lines before."""
    return f"@@ -{int(hunk[1]) + lines}{hunk[2]} +{int(hunk[3]) + lines}{hunk[4]} @@"
