"""Rules that are added and stand there already."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from wardian.optimization.proposals.edit import AddRule, Change
from wardian.optimization.proposals.pieces import ITEM, SENTENCE
from wardian.optimization.proposals.rules import Rule

__all__ = ["restated"]

WORD: Final = re.compile(r"\w+")


def restated(rules: Sequence[Rule], changes: Sequence[Change]) -> str:
    """Why an edit adds nothing new, in a line; "" where all that it adds is new.

    Case, spaces and punctuation make no new rule. A rule that the edit takes away or writes anew may be added
    elsewhere: that moves it.
    """
    touched = {change.rule for change in changes if not isinstance(change, AddRule)}
    standing = {said: rule.number for rule in rules if rule.number not in touched for said in _said(rule.text)}
    known = {said: f"rule {number} says that already" for said, number in standing.items()}
    for change in changes:
        if isinstance(change, AddRule) and (words := _words(change.text)):
            if words in known:
                return f"it changes nothing: {known[words]}"
            known[words] = "it adds that twice"
    return ""


def _said(text: str) -> Iterator[str]:
    """The words of a rule, and those of each of its sentences."""
    yield _words(text)
    yield from map(_words, SENTENCE.split(text))


def _words(text: str) -> str:
    """Without the marker that a model may have put before its rule."""
    line = text.strip()
    item = ITEM.match(line)
    return " ".join(WORD.findall(line[item.end() if item else 0 :].casefold()))
