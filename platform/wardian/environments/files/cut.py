"""Answers of bounded length: what is left out is said in numbers, never left to be noticed."""

from collections.abc import Sequence
from typing import Literal, TypeVar

from wardian.base.frozen import Frozen, JsonObject

__all__ = ["CHARACTERS", "ITEMS", "LINES", "Cut", "cut_items", "cut_text"]

ITEMS = 100
"""Paths, entries or matches in one answer."""
LINES = 500
"""Of a file in one answer."""
CHARACTERS = 20_000
"""Of a text in one answer."""

Unit = Literal["entries", "paths", "matches", "lines", "characters"]
Item = TypeVar("Item")


class Cut(Frozen):
    """How much of `total` is shown."""

    unit: Unit
    shown: int
    total: int

    @property
    def notice(self) -> JsonObject:
        """What becomes part of the answer; empty when nothing is missing."""
        return {"cut": self.model_dump()} if self.shown < self.total else {}


def cut_items(items: Sequence[Item], unit: Unit, most: int = ITEMS) -> tuple[Sequence[Item], JsonObject]:
    """The first `most` items, and the notice."""
    kept = items[:most]
    return kept, Cut(unit=unit, shown=len(kept), total=len(items)).notice


def cut_text(text: str) -> tuple[str, JsonObject]:
    """The first characters of a text, and the notice."""
    kept = text[:CHARACTERS]
    return kept, Cut(unit="characters", shown=len(kept), total=len(text)).notice
