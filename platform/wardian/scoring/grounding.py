"""Where the identifiers in a call come from."""

import re
from collections.abc import Iterator
from functools import lru_cache

from wardian.base.frozen import JsonValue

__all__ = ["Heard", "identifiers"]

ID_LIKE = re.compile(
    r"(?:^|_)(?:ids?|uuids?|emails?|skus?|iban|zip|zip_code|postcode|username|order_number|tracking_number)$"
    r"|[a-z](?:Ids?|ID|Email|Uuid)$"
)
"""Argument names whose values a model must have been told; it cannot work them out."""

WORDS = frozenset({str, int})

ESCAPES = ("\\n", "\\r", "\\t")


def identifiers(arguments: JsonValue) -> Iterator[tuple[str, str]]:
    """Name and value of every id-like argument, nested ones too; a list under an id-like name is many ids.

    The walk keeps its own stack: how deep arguments are nested is the model's choice.
    """
    rest: list[tuple[str, JsonValue]] = [("", arguments)]
    while rest:
        name, value = rest.pop()
        if type(value) in WORDS:  # not isinstance: True is an int too
            text = str(value).strip().removeprefix("#") if _id_like(name) else ""
            if text:
                yield name, text
        elif isinstance(value, dict):
            rest.extend(reversed(value.items()))
        elif isinstance(value, list):
            rest.extend((name, item) for item in reversed(value))


@lru_cache(maxsize=4096)
def _id_like(name: str) -> bool:
    return ID_LIKE.search(name) is not None


class Heard:
    """What the agent has been told so far. Its own words are no source, nor is an error that repeats them."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._known: set[str] = set()

    def hear(self, text: str, *, without: frozenset[str] = frozenset()) -> None:
        """Take in `text`, but for the values in `without`, which the agent itself brought up."""
        lowered = text.lower()
        for value in without:
            lowered = lowered.replace(value.lower(), "\0")
        self._texts.append(lowered)

    def mentions(self, value: str) -> bool:
        """Whether `value` was said as a word of its own, in capitals or not."""
        wanted = value.lower()
        if wanted in self._known:
            return True
        for text in reversed(self._texts):  # identifiers mostly come from what was heard last
            if wanted in text and _says(text, wanted):
                self._known.add(wanted)
                return True
        return False


def _says(text: str, value: str) -> bool:
    start = text.find(value)
    while start >= 0:
        if _begins_word(text, start) and not text[start + len(value) : start + len(value) + 1].isalnum():
            return True
        start = text.find(value, start + 1)
    return False


def _begins_word(text: str, start: int) -> bool:
    """A letter before `start` makes it the inside of a word, unless it ends the JSON escape of a line break."""
    return start == 0 or not text[start - 1].isalnum() or text[max(start - 2, 0) : start] in ESCAPES
