"""Texts without what makes no difference to what they say."""

import re
import unicodedata
from typing import Final

__all__ = ["plain_words", "same_form"]

APOSTROPHE: Final = re.compile(r"(?<=\w)['\u2019](?=\w)")
TOKEN: Final = re.compile(r"(?<!\w)[-\u2212]?\d[\d.,:/]*(?<=\d)%?|\w+|[^\w\s]")
"""A number with its sign, a word, or any single character besides."""


def same_form(text: str) -> str:
    """`text` in one Unicode form (NFC), without blanks around it."""
    return unicodedata.normalize("NFC", text).strip()


def plain_words(text: str) -> str:
    """The words of `text`: without case, punctuation, markup, spacing and Unicode form.

    What makes another number or formula stays: signs, separators within numbers, symbols such as `=`. A text of
    punctuation alone stays as it is.
    """
    folded = APOSTROPHE.sub("", _compatible(text)).casefold().replace("\u2212", "-")
    words = (token.strip("_") if token[0] == "_" else token for token in TOKEN.findall(folded) if _counts(token))
    return " ".join(word for word in words if word) or text.strip()


def _compatible(text: str) -> str:
    """One form for letters that look alike; raised digits and fractions keep their meaning."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", "".join(map(_letter, unicodedata.normalize("NFC", text))))


def _letter(character: str) -> str:
    return character if unicodedata.category(character) == "No" else unicodedata.normalize("NFKC", character)


def _counts(token: str) -> bool:
    return len(token) > 1 or token.isalnum() or unicodedata.category(token).startswith("S")
