"""Filling the placeholders of a task, key by key."""

import re
from typing import Final

from wardian.base.frozen import JsonValue
from wardian.environments.brief import mentions
from wardian.environments.declarative.placeholders import PlaceholderError, Values, filled, filled_text
from wardian.specs.document import Document
from wardian.specs.places import KeyPath

__all__ = ["Filler"]

PATTERNS: Final = frozenset({"about", "asked", "pattern", "right", "said", "settles", "terms", "value", "wrong"})
"""Keys of users and checks that hold regular expressions."""


LARGEST: Final = 1 << 63
"""Whole numbers of SQLite and of most JSON are smaller."""


class Filler:
    """Fills texts with the values of one task; what cannot be filled is noted in the document, at its key."""

    def __init__(self, document: Document, values: Values) -> None:
        self._document = document
        self._values = values

    def text(self, path: KeyPath, text: str) -> str:
        """`text`, which stands at `path`, filled."""
        try:
            return filled_text(text, self._values)
        except PlaceholderError as error:
            self._document.complain(path, str(error))
            return text

    def value(self, path: KeyPath, value: JsonValue) -> JsonValue:
        """`value` with all its texts filled; a placeholder alone keeps its type."""
        if isinstance(value, dict):
            return {key: self.value((*path, key), item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.value((*path, number), item) for number, item in enumerate(value)]
        if isinstance(value, int) and not -LARGEST <= value < LARGEST:
            self._document.complain(path, f"{value} is too large")
            return 0
        if not isinstance(value, str):
            return value
        try:
            return filled(value, self._values)
        except PlaceholderError as error:
            self._document.complain(path, str(error))
            return value

    def texts(self, path: KeyPath, value: JsonValue) -> JsonValue:
        """`value` with all its texts filled, which stay texts; those that are patterns are tried."""
        if isinstance(value, dict):
            return {key: self.texts((*path, key), item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.texts((*path, number), item) for number, item in enumerate(value)]
        if not isinstance(value, str):
            return value
        text = self.text(path, value)
        if path[-1] in PATTERNS:
            self._try(path, text)
        return text

    def _try(self, path: KeyPath, pattern: str) -> None:
        try:
            mentions(pattern, "")
        except re.error as error:
            self._document.complain(path, f"is no regular expression: {error}")
