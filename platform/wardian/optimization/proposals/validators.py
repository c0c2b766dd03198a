"""What is refused before an episode is spent on it."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from wardian.base.bundle import Bundle, Component
from wardian.base.identity import canonical_json
from wardian.base.key_shapes import LIKE_A_KEY
from wardian.base.messages import ToolSchema
from wardian.optimization.evidence.evidence import Evidence

__all__ = ["Draft", "Validators"]

VARIABLE: Final = re.compile(r"\{\{[^{}\n]{1,60}\}\}|\$?\{[A-Za-z_][\w.]{0,60}\}|<[A-Z][A-Z_]{2,40}>")
"""`{{name}}`, `{name}`, `${name}`, `<NAME>`: somebody fills them in later."""
NAMED: Final = re.compile(
    r"(?<![\w.])([A-Za-z]\w*)\((?!e?s\)|ies\))(?=[\w\s,=\"')])"
    r"|\b(?:[Cc]all|[Cc]alling|[Uu]se|[Uu]sing|[Ii]nvoke|[Ii]nvoking)\s+(?:the\s+)?(?:tool\s+)?[`'\"]?([a-z]+(?:_[a-z0-9]+)+)\b"
    r"|[`'\"]([a-z]+(?:_[a-z0-9]+)+)[`'\"]"
)
"""What is called as a tool: `name(` (and not "item(s)"), "call name", or a name with underscores in quotes."""
CALLED: Final = re.compile(r"\bcalls (\w+)")
"""A call in a record."""
WORD: Final = re.compile(r"\w+")
TOKEN: Final = re.compile(r"[\w#-]{4,}")
DIGITS: Final = 3
"""Ids, dates and large numbers have so many at least."""
GRAM: Final = 8
GROWTH: Final = 1.5
SLACK: Final = 400
"""Bytes, about a hundred tokens: a rule fits into a text that was empty, too."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A text that may take the place of another.

    Args:
        component: of what.
        before: the text of the version that is edited.
        after: the new text.
        evidence: what the proposer has read.
    """

    component: Component
    before: str
    after: str
    evidence: Evidence

    @property
    def records(self) -> str:
        """What the proposer has read of episodes."""
        return "\n".join(part for each in self.evidence.excerpts for part in (each.turns, each.difference))


class Validators:
    """Says what is wrong with a draft.

    Args:
        original: the champion as the campaign found it, with the texts of all components: lengths are held against it.
        tools: of all environments; with none, names of tools are not checked.
    """

    def __init__(self, original: Bundle, tools: Sequence[ToolSchema]) -> None:
        self._original = original
        self._tools = tools

    def problem(self, draft: Draft) -> str:
        """The first thing that is wrong, in a line; "" where nothing is."""
        checks: tuple[Callable[[Draft], str], ...] = (_same, _variables, self._length, _key, self._names, self._copied)
        return next((problem for check in checks if (problem := check(draft))), "")

    def _length(self, draft: Draft) -> str:
        own = len(self._original.texts.get(draft.component, "").encode())
        most, size = max(int(GROWTH * own), own + SLACK), len(draft.after.encode())
        return "" if size <= most else f"it is {size} bytes long, {most} are the most"

    def _names(self, draft: Draft) -> str:
        """A name that looks like a tool's must be one, stand in the text already, or be a value in a tool's answer."""
        if not self._tools:
            return ""
        said = set(WORD.findall(draft.records)) - set(CALLED.findall(draft.records))
        known = self._words.union(said, WORD.findall(draft.before))
        unknown = [name for name in _named(draft.after) if name not in known]
        return f"there is no tool '{unknown[0]}'" if unknown else ""

    def _copied(self, draft: Draft) -> str:
        """Whoever copies the record has learnt these tasks by heart."""
        records = "\n".join(
            part for each in draft.evidence.excerpts for part in (each.turns, each.difference, each.mended)
        )
        sheet = draft.evidence.sheet
        known = [draft.before, *self._schemas, sheet.model_dump_json() if sheet else ""]
        if values := sorted(_values(draft.after) & _values(records) - _values("\n".join(known))):
            return f"it holds '{values[0]}', which is a value of the record"
        copied = _grams(draft.after) & _grams(records) - frozenset[tuple[str, ...]]().union(*map(_grams, known))
        return f"it repeats the record word for word: '{' '.join(min(copied))}'" if copied else ""

    @cached_property
    def _schemas(self) -> tuple[str, ...]:
        return tuple(f"{tool.description}\n{canonical_json(tool.parameters).decode()}" for tool in self._tools)

    @cached_property
    def _words(self) -> frozenset[str]:
        """Names of tools, and everything that their schemas speak of."""
        words = {word for schema in self._schemas for word in WORD.findall(schema)}
        return frozenset(words | {tool.name for tool in self._tools})


def _same(draft: Draft) -> str:
    before, after = (" ".join(text.split()) for text in (draft.before, draft.after))
    return "it changes nothing" if before == after else ""


def _variables(draft: Draft) -> str:
    before, after = (set(VARIABLE.findall(text)) for text in (draft.before, draft.after))
    if lost := sorted(before - after):
        return f"the variable {lost[0]} is lost"
    if made := sorted(after - before):
        return f"nobody fills in the variable {made[0]}"
    return ""


def _key(draft: Draft) -> str:
    """Each of them: one that stood there before says nothing of the next."""
    made = (found[0] for found in LIKE_A_KEY.finditer(draft.after) if found[0] not in draft.before)
    return "it holds what looks like an API key" if any(made) else ""


def _named(text: str) -> Iterator[str]:
    for groups in NAMED.findall(text):
        yield next(filter(None, groups))


def _values(text: str) -> frozenset[str]:
    return frozenset(token for token in TOKEN.findall(text) if sum(map(str.isdigit, token)) >= DIGITS)


def _grams(text: str) -> frozenset[tuple[str, ...]]:
    words = WORD.findall(text.casefold())
    return frozenset(tuple(words[place : place + GRAM]) for place in range(len(words) - GRAM + 1))
