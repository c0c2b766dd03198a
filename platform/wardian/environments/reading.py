"""How the simulated user reads what the agent writes: no model, only cues in sentences."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from wardian.environments import cues

__all__ = ["Reading", "read", "sentences"]

_SENTENCE = re.compile(r"(?<=[.!?])[\"')]*\s+|\n+")
_DECORATION = re.compile(r"[*`#]+")
_LINE = 60
"""Characters of a list entry at most."""


class Reading(NamedTuple):
    """What the user makes of one text of the agent."""

    questions: str
    """Sentences that want something from the user, one a line, in small letters, polite farewells aside."""
    instructions: str
    """Sentences that may tell the user to do something, one a line, in small letters: "Then restart it."."""
    proposes: bool
    """Asks for consent to something."""
    closes: bool
    """Asks whether there is anything else, or says goodbye."""
    done: bool
    """Reports that something has been done."""
    denies: bool
    hands_over: bool
    """Speaks of a transfer to a colleague."""
    stalls: bool
    """Says that it is about to do something."""
    offers: bool
    """Says what it can or will do, without asking."""

    @property
    def asks(self) -> bool:
        """Whether the user is expected to say something in particular."""
        return bool(self.questions)


def sentences(text: str) -> list[str]:
    """The sentences of a text in small letters, without decoration."""
    plain = _DECORATION.sub("", text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")).lower()
    return [sentence.strip() for sentence in _SENTENCE.split(plain) if sentence.strip()]


@lru_cache(maxsize=4096)
def read(text: str) -> Reading:
    """Read one text. The same words always mean the same, so scripted texts are read once."""
    said = sentences(text)
    rest = [sentence for sentence in said if not cues.CLOSES.search(sentence)]
    questions = tuple(_questions(rest))
    statements = [sentence for sentence in rest if "?" not in sentence]
    return Reading(
        questions="\n".join(questions),
        instructions="\n".join(told for told in said if not cues.NO_INSTRUCTION.search(told)),
        proposes=any(cues.PROPOSES.search(asked) and not cues.OPEN.search(asked) for asked in questions),
        closes=len(rest) < len(said),
        done=_any(cues.DONE, statements, but_not=cues.UNFINISHED),
        denies=_any(cues.DENIES, rest, but_not=cues.SEARCHING),
        hands_over=_any(cues.HANDS_OVER, rest),
        stalls=_any(cues.STALLS, rest),
        offers=_any(cues.OFFERS, statements),
    )


def _any(cue: re.Pattern[str], sentences: Iterable[str], but_not: re.Pattern[str] | None = None) -> bool:
    found = (sentence for sentence in sentences if cue.search(sentence))
    return any(but_not is None or not but_not.search(sentence) for sentence in found)


def _questions(sentences: Iterable[str]) -> Iterator[str]:
    """Sentences that want something, and the list below one that ends with a colon ("I need: - your email")."""
    listing = False
    for sentence in sentences:
        asks = bool(cues.ASKS.search(sentence)) and not _is_courtesy(sentence)
        if asks:
            listing = sentence.endswith(":") and not cues.PROPOSES.search(sentence)
        else:
            listing = listing and len(sentence) < _LINE
        if asks or listing:
            yield sentence


def _is_courtesy(sentence: str) -> bool:
    return "?" not in sentence and cues.COURTESY.search(sentence) is not None
