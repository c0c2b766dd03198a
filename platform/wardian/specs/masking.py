"""Telling keys from words in a config, and keeping them out of messages."""

import math
import re
from collections import Counter

from wardian.base.key_shapes import KEY, MASK

__all__ = ["has_key_shape", "is_irregular", "mask"]

LONG = 20
MIXED = 3.0
"""Bits for each character; words stay below in that length, random keys do not."""


def has_key_shape(text: str) -> bool:
    """Whether `text` holds something with a provider's prefix."""
    return KEY.search(text) is not None


def is_irregular(text: str) -> bool:
    """Whether `text` is long, in one piece and too mixed for a word."""
    return len(text) >= LONG and not re.search(r"\s", text) and _entropy(text) > MIXED


def mask(text: str) -> str:
    """`text` with everything of a key's shape covered."""
    return KEY.sub(MASK, text)


def _entropy(text: str) -> float:
    return -sum(n / len(text) * math.log2(n / len(text)) for n in Counter(text).values())
