"""What API keys look like: the one list, for configs that must not hold any and for texts that must not show them."""

import re
from typing import Final

__all__ = ["KEY", "LIKE_A_KEY", "MASK"]

SPACE: Final = r"(?:\s|\\+(?:[nrtf]|u[0-9a-fA-F]{4}))+"
"""Also as an escape: texts are looked through as JSON too, and as JSON in JSON."""
PREFIXES: Final = rf"sk-|rk-|pk-|hf_|gsk_|xai-|r8_|ghp_|github_pat_|glpat-|AKIA|AIza|(?i:bearer){SPACE}"
"""Providers' own."""
BEFORE: Final = r"(?:(?<![A-Za-z0-9])|(?<=\\[nrtbf])|(?<=\\u[0-9a-fA-F]{4}))"
"""No letter and no digit stands before a key, but for those of an escape: texts are looked through as JSON too."""
KEY: Final = re.compile(rf"{BEFORE}(?:{PREFIXES})(?=[A-Za-z_-]*\d)[A-Za-z0-9_-]{{16,}}")
"""Surely one: the digit keeps ordinary hyphenated words out."""
LIKE_A_KEY: Final = re.compile(rf"{BEFORE}(?:{PREFIXES}|(?:sk|pk|rk|hf|gsk|xai)[-_])[A-Za-z0-9._-]{{12,}}")
"""Perhaps one: rather a word too many is covered than a key shown."""
MASK: Final = "[key]"
"""What stands in its place."""
