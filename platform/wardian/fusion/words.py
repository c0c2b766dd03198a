"""Texts without what makes no difference to what they say."""

import re
import unicodedata
from typing import Final

__all__ = ["plain_words", "same_form"]

APOSTROPHE: Final = re.compile(r"(?<=\w)['\u2019](?=\w)")
EMPHASIS: Final = re.compile(r"(?<![\w*])(\*{1,3})(?=[^\s*])([^*\n]+)(?<=\S)\1(?![\w*])")
LINE_MARK: Final = re.compile(r"(?m)^[ \t]*(?:#{1,6}|[-*])[ \t]+(?=[^\W\d])")
"""Of headings and lists."""
TOKEN: Final = re.compile(r"(?<!\w)[-\u2212]?\d[\d.,:/]*(?<=\d)%?|\w+|[.,;:!?\u2026]+|[^\w\s]")
"""A number with its sign, a word, a run of sentence marks, or any single character besides."""
MARKS: Final = frozenset(".,;:!?\u2026")
CLOSING: Final = frozenset("\"')]}\u2019\u201d\u00bb")
"""What may stand between the end of a sentence and the blank after it."""
SILENT: Final = frozenset("\"'\u201e\u201a\u00bf\u00a1\u3001\u3002")
"""Punctuation that is part of no formula."""


def same_form(text: str) -> str:
    """`text` in one Unicode form (NFC), without blanks around it."""
    return unicodedata.normalize("NFC", text).strip()


def plain_words(text: str) -> str:
    """The words of `text`: without case, marks of sentences, quotes, emphasis, spacing and Unicode form.

    What may make another number, formula or piece of code stays: signs, separators within numbers, brackets, and all
    symbols such as `=`, `*`, `/` or `!` unless they stand where text has its marks. A text of marks alone stays as it
    is.
    """
    folded = APOSTROPHE.sub("", _compatible(text)).casefold().replace("\u2212", "-")
    bare = LINE_MARK.sub("", EMPHASIS.sub(r"\2", folded))
    tokens = (found[0] for found in TOKEN.finditer(bare) if _counts(found))
    words = (token.strip("_") if token[0] == "_" else token for token in tokens)
    return " ".join(word for word in words if word) or text.strip()


def _compatible(text: str) -> str:
    """One form for letters that look alike; raised digits and fractions keep their meaning."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", "".join(map(_letter, unicodedata.normalize("NFC", text))))


def _letter(character: str) -> str:
    return character if unicodedata.category(character) == "No" else unicodedata.normalize("NFKC", character)


def _counts(found: re.Match[str]) -> bool:
    token = found[0]
    if token[0] in MARKS:
        return not _ends(found)
    return token not in SILENT and unicodedata.category(token[0]) not in ("Pi", "Pf")


def _ends(found: re.Match[str]) -> bool:
    """Whether marks end a sentence or a part of one; after a number `!` is more than that."""
    text, start, end = found.string, found.start(), found.end()
    before = text[start - 1] if start else " "
    if before.isdecimal() and found[0][0] == "!":
        return False
    if end == len(text):
        return True
    return not before.isspace() and (text[end].isspace() or text[end] in CLOSING)
