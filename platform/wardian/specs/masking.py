"""What API keys look like, and how to keep them out of messages."""

import math
import re
from collections import Counter

__all__ = ["has_key_shape", "is_irregular", "mask"]

SHAPES = re.compile(
    r"(?<![A-Za-z0-9])(?:sk-|rk-|pk-|hf_|gsk_|xai-|r8_|ghp_|github_pat_|glpat-|AKIA|AIza|Bearer )"
    r"(?=[A-Za-z_-]*\d)[A-Za-z0-9_-]{16,}"
)
"""Providers' prefixes; the digit keeps ordinary hyphenated words out."""

LONG = 20
MIXED = 3.0
"""Bits for each character; words stay below in that length, random keys do not."""


def has_key_shape(text: str) -> bool:
    """Whether `text` holds something with a provider's prefix."""
    return SHAPES.search(text) is not None


def is_irregular(text: str) -> bool:
    """Whether `text` is long, in one piece and too mixed for a word."""
    return len(text) >= LONG and not re.search(r"\s", text) and _entropy(text) > MIXED


def mask(text: str) -> str:
    """`text` with everything of a key's shape covered."""
    return SHAPES.sub("[key]", text)


def _entropy(text: str) -> float:
    return -sum(n / len(text) * math.log2(n / len(text)) for n in Counter(text).values())
