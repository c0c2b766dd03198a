"""Code fences, which models put around JSON. No regular expression: those that fit need hours for a run of newlines."""

from typing import Final

__all__ = ["unfenced"]

FENCE: Final = "```"
TAG: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")


def unfenced(text: str) -> str:
    """What stands between the fences when `text` begins with one, be it closed or not; else `text`, stripped."""
    text = text.strip()
    if not text.startswith(FENCE):
        return text
    inside = text.removeprefix(FENCE).removesuffix(FENCE)
    start = next((place for place, character in enumerate(inside) if character not in TAG), len(inside))
    return inside[start:].strip()
