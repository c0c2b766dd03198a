"""What API keys look like: the one list, for configs that must not hold any and for texts that must not show them.

Patterns begin with letters, which `re` looks for several times as fast as for what stands before them: whole reports go
through these.
"""

import re
from collections.abc import Iterable
from typing import Final

__all__ = ["KEY", "LIKE_A_KEY", "MASK"]

PREFIXES: Final = (
    "sk-", "rk-", "pk-", "hf_", "gsk_", "xai-", "r8_", "ghp_", "github_pat_", "glpat-", "AKIA", "AIza"
)  # fmt: skip
"""Providers' own."""
PERHAPS: Final = ("sk_", "rk_", "pk_", "hf-", "gsk-", "xai_")
SPACE: Final = r"(?:\s|\\+(?:[nrtf]|u[0-9a-fA-F]{4}))+"
"""Also as an escape: texts are looked through as JSON too, and as JSON in JSON."""


def _began(prefix: str) -> str:
    """No letter and no digit stands before the prefix that has just been read, but for those of an escape."""
    return rf"(?:(?<![A-Za-z0-9]{prefix})|(?<=\\[nrtbf]{prefix})|(?<=\\u[0-9a-fA-F]{{4}}{prefix}))"


def _one_of(prefixes: Iterable[str]) -> str:
    bearers = (rf"{letter}(?i:earer){_began('(?i:bearer)')}{SPACE}" for letter in "bB")
    return f"(?:{'|'.join((*(prefix + _began(prefix) for prefix in prefixes), *bearers))})"


KEY: Final = re.compile(rf"{_one_of(PREFIXES)}(?=[A-Za-z_-]*\d)[A-Za-z0-9_-]{{16,}}")
"""Surely one: the digit keeps ordinary hyphenated words out."""
LIKE_A_KEY: Final = re.compile(rf"{_one_of((*PREFIXES, *PERHAPS))}[A-Za-z0-9._-]{{12,}}")
"""Perhaps one: rather a word too many is covered than a key shown."""
MASK: Final = "[key]"
"""What stands in its place."""
