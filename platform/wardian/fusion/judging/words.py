"""A judge's words, made sense of: never an error, at worst nothing."""

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from wardian.base.frozen import JsonValue
from wardian.models.lenient import as_fraction

__all__ = ["Words", "guessed", "words_of"]

MARKS: Final = " \t\n\"'`*[]().:<>#"
CALLED: Final = r"(?:candidate|answer|response|option|assistant|label)s?"
BEST: Final = r"(?:best|winner|winning|better|verdict|choice|choose|chosen|pick|prefer(?:red)?)"
MOST_CHARACTERS: Final = 4_000
"""Only the end of a longer text is read: there stands what was decided."""


class Words(NamedTuple):
    """What a judge says: labels, the best first."""

    ranking: tuple[str, ...]
    confidence: float | None = None
    none_acceptable: bool = False


def words_of(value: JsonValue, labels: Sequence[str]) -> Words | None:
    """The verdict in a JSON value; None when it ranks nobody."""
    if not isinstance(value, dict):
        return None
    ranking = _ranking(value.get("ranking"), labels)
    if not ranking:
        return None
    return Words(ranking, as_fraction(value.get("confidence")), value.get("none_acceptable") is True)


def guessed(text: str, labels: Sequence[str]) -> Words | None:
    """The verdict in plain words, where they leave no doubt which label is meant."""
    text, label = text[-MOST_CHARACTERS:], "|".join(re.escape(each) for each in sorted(labels, key=len, reverse=True))
    chain = re.findall(rf"(?<![\w])((?:{label})(?:\s{{0,4}}>\s{{0,4}}(?:{label}))+)(?![\w])", text)
    if chain:
        return Words(_known(chain[-1].split(">"), labels))
    for pattern in _patterns(label):
        said = set(re.findall(pattern, text))
        if len(said) == 1:
            return Words(_known(said, labels))
    return None


def _patterns(label: str) -> tuple[str, ...]:
    """From the clearest to the vaguest: a mark, "best: B", a text that is only a label, the one that is mentioned."""
    return (
        rf"\[\[\s?({label})\s?\]\]",
        rf"(?i:\b{BEST})(?i:\s+{CALLED})?(?i:\s+(?:is|be|was|as))?(?i:\s+{CALLED})?\W{{0,8}}({label})(?![\w'])(?!\s+[a-z])",
        rf"(?i:\b{CALLED})\s+\W{{0,4}}({label})\W{{0,4}}\s+(?i:is|was|wins|gives)\s+(?i:the\s+)?(?i:clearly\s+)?(?i:{BEST})",
        rf"\A\W{{0,9}}(?i:{CALLED})?\W{{0,9}}({label})\W{{0,9}}\Z",
        rf"(?i:\b{CALLED})\s+\W{{0,4}}({label})(?![\w'])",
    )


def _ranking(value: JsonValue, labels: Sequence[str]) -> tuple[str, ...]:
    said = value if isinstance(value, list) else re.split(r"[>,\n]", value) if isinstance(value, str) else []
    return _known((each for each in said if isinstance(each, str)), labels)


def _known(said: Iterable[str], labels: Sequence[str]) -> tuple[str, ...]:
    """Labels that exist, each once."""
    known = {label.casefold(): label for label in labels}
    names = (known.get(each.strip(MARKS).casefold()) or known.get(_bare(each)) for each in said)
    return tuple(dict.fromkeys(name for name in names if name is not None))


def _bare(said: str) -> str:
    return re.sub(rf"\A{CALLED}\b", "", said.strip(MARKS).casefold()).strip(MARKS)
