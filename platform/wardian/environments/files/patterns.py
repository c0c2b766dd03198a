"""What agents search with. Patterns run on re2: in time linear in the text, whatever they are, and without a clock."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import re2

from wardian.environments.tool import ToolError

__all__ = ["Match", "glob", "wording"]

_CHARACTERS = 300
_PROGRAM_BYTES = 1 << 17
"""What a compiled pattern may take: keeps the factor before "linear" small."""

Match = Callable[[str], bool]
"""Whether something occurs in a text."""


def wording(query: str, *, regular: bool, ignore_case: bool) -> Match:
    """Recognises lines in which `query` occurs, a plain text or a regular expression.

    Raises:
        ToolError: `invalid_pattern`.
    """
    _require_short(query)
    if not query:
        raise ToolError("invalid_pattern", "there is nothing to search for")
    if not regular and not ignore_case:
        return lambda line: query in line
    compiled = _compiled(query if regular else re2.escape(query), ignore_case)
    return lambda line: compiled.search(line) is not None


def glob(pattern: str) -> Match:
    """Recognises paths: `*` and `?` within a name, `**` across folders; without a / the name alone is looked at.

    Raises:
        ToolError: `invalid_pattern`.
    """
    _require_short(pattern)
    compiled = _compiled(_translated(pattern), False)
    if "/" in pattern:
        return lambda path: compiled.fullmatch(path) is not None
    return lambda path: compiled.fullmatch(path.rpartition("/")[2]) is not None


def _translated(pattern: str) -> str:
    return "".join(_WILD.get(piece) or re2.escape(piece) for piece in _PIECES.findall(pattern))


def _require_short(pattern: str) -> None:
    if len(pattern) > _CHARACTERS:
        raise ToolError("invalid_pattern", f"a pattern has {_CHARACTERS} characters at most")


@lru_cache(maxsize=128)
def _compiled(pattern: str, ignore_case: bool) -> Any:
    options = re2.Options()
    options.max_mem = _PROGRAM_BYTES
    options.log_errors = False
    options.case_sensitive = not ignore_case
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0].decode("utf-8", "replace") if isinstance(error.args[0], bytes) else str(error)
        raise ToolError("invalid_pattern", f"{reason} (syntax of RE2: no look-around, no back-references)") from error


_PIECES = re2.compile(r"(?s)\*\*/|\*\*|.")
_WILD = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
