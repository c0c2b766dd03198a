"""A text as rules with numbers, so that an edit can say which one it means: whatever is not edited stays as it is."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from wardian.base.frozen import Frozen
from wardian.optimization.proposals.edit import AddRule, Change, DeleteRule, Edit, ReplaceRule
from wardian.optimization.proposals.pieces import ITEM, Piece, pieces_of

__all__ = ["BadEdit", "Rule", "RuleBook", "written_by"]

NUMBER: Final = re.compile(r"\d+")


class BadEdit(ValueError):
    """The edit says something that cannot be done to the text; the message is a line."""


class Rule(Frozen):
    """One rule as it stands: `source` is the cluster of evidence that it was written for, "" for the text's own."""

    number: int
    text: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class RuleBook:
    """The pieces of a text in order, and the space behind them.

    Items of lists and, outside of them, sentences are rules. Headings, lines that introduce a list with a colon,
    tables, tags and code are not: they stay.
    """

    pieces: tuple[Piece, ...]
    tail: str = ""

    @classmethod
    def parse(cls, text: str) -> "RuleBook":
        """The rules of `text`; `parse(text).text == text`."""
        return cls(*pieces_of(text))

    @property
    def text(self) -> str:
        """The text."""
        return "".join(piece.gap + piece.marker + piece.body for piece in self.pieces) + self.tail

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All rules, from number 1."""
        numbered = (piece for piece in self.pieces if piece.numbered)
        return tuple(
            Rule(number=number, text=" ".join(piece.body.split()), source=piece.source)
            for number, piece in enumerate(numbered, 1)
        )

    @property
    def shown(self) -> str:
        """The text with the rules' numbers, `[3] Ask before …`, one line each."""
        numbers = iter(self.rules)
        lines = (_line(next(numbers)) if piece.numbered else piece.body.strip() for piece in self.pieces)
        return "\n".join(lines)

    def edited(self, changes: Sequence[Change], source: str = "", *, inline: bool = False) -> "RuleBook":
        """The book after `changes`; their numbers are those of this one.

        Args:
            changes: what to do.
            source: the evidence that they answer.
            inline: a new rule of a text without lists goes on in its line, as in the description of a tool.

        Raises:
            BadEdit: when a rule is not there, is changed twice, or would be empty.
        """
        _check(changes, len(self.rules))
        pieces = _numbered(self.pieces)
        for change in changes:
            if isinstance(change, ReplaceRule):
                pieces = _replaced(pieces, change, source)
        for change in changes:
            if isinstance(change, AddRule):
                pieces = _added(pieces, change, source, inline=inline)
        gone = {change.rule for change in changes if isinstance(change, DeleteRule)}
        return RuleBook(tuple(_renumbered(_without(pieces, gone))), self.tail if pieces else "")


def written_by(text: str, edits: Iterable[Edit]) -> tuple[Rule, ...]:
    """The rules of what `edits`, one after the other, make of `text`, each with the evidence that it comes from.

    Raises:
        BadEdit: when they are not edits of this text.
    """
    book = RuleBook.parse(text)
    for edit in edits:
        book = book.edited(edit.changes, edit.cluster, inline=edit.inline)
    return book.rules


_Numbered = list[tuple[int, Piece]]
"""Pieces with the numbers of their rules; 0 for what is none."""


def _line(rule: Rule) -> str:
    return f"[{rule.number}] {rule.text}"


def _check(changes: Sequence[Change], known: int) -> None:
    touched = [change.rule for change in changes if not isinstance(change, AddRule)]
    places = [change.after for change in changes if isinstance(change, AddRule) and change.after is not None]
    for rule in (*touched, *places):
        if not 1 <= rule <= known:
            raise BadEdit(f"there is no rule {rule}; there are {known}")
    if len(set(touched)) < len(touched):
        raise BadEdit("one rule is changed twice")
    if any(not _words(change.text) for change in changes if not isinstance(change, DeleteRule)):
        raise BadEdit("a rule has no words")


def _words(text: str) -> str:
    """A rule's words in one line, without the marker that somebody may have put before them."""
    line = " ".join(text.split())
    item = ITEM.match(line)
    return line[item.end() :] if item else line


def _numbered(pieces: Iterable[Piece]) -> _Numbered:
    found: _Numbered = []
    number = 0
    for piece in pieces:
        number += piece.numbered
        found.append((number if piece.numbered else 0, piece))
    return found


def _replaced(pieces: _Numbered, change: ReplaceRule, source: str) -> _Numbered:
    def renewed(piece: Piece) -> Piece:
        return replace(piece, body=_words(change.text), source=source)

    return [(number, renewed(piece) if number == change.rule else piece) for number, piece in pieces]


def _added(pieces: _Numbered, change: AddRule, source: str, *, inline: bool) -> _Numbered:
    """Behind the rule that is named, else behind the last item, else at the end; what is new has no number yet."""
    place = _place(pieces, change.after)
    before = pieces[place - 1][1] if place else None
    gap, marker = "", ""
    if before is not None and before.marker:
        gap, marker = before.indent, before.marker
    elif before is not None:
        gap = " " if inline or (change.after is not None and before.numbered) else "\n\n"
        marker = "" if gap == " " else "- "
    return [*pieces[:place], (0, Piece(gap, marker, _words(change.text), source=source)), *pieces[place:]]


def _place(pieces: _Numbered, after: int | None) -> int:
    def last(wanted: Callable[[int, Piece], bool]) -> int:
        return max((place for place, (number, piece) in enumerate(pieces, 1) if wanted(number, piece)), default=0)

    if after is not None:
        return last(lambda number, _: number == after)
    return last(lambda _, piece: bool(piece.marker)) or len(pieces)


def _without(pieces: _Numbered, gone: set[int]) -> list[Piece]:
    """What is left, each piece in the place of those before it that went."""
    kept: list[Piece] = []
    first: Piece | None = None
    for number, piece in pieces:
        if number and number in gone:
            first = first or piece
            continue
        kept.append(piece if first is None else _moved_up(piece, first, begins=not kept))
        first = None
    return kept


def _moved_up(piece: Piece, gone: Piece, *, begins: bool) -> Piece:
    """`piece` where `gone` stood: on its line, with its number, or at the beginning of the text."""
    if piece.marker and gone.marker and piece.indent == gone.indent:
        marker = gone.marker if NUMBER.match(piece.marker) else piece.marker
        return replace(piece, gap=gone.gap, marker=marker)
    if "\n" not in piece.gap:
        return replace(piece, gap=gone.gap)
    return replace(piece, gap=piece.indent[1:]) if begins else piece


def _renumbered(pieces: Iterable[Piece]) -> list[Piece]:
    """Items of numbered lists count on from the first of each."""
    counted: list[Piece] = []
    for piece in pieces:
        before = counted[-1] if counted else None
        goes_on = before is not None and NUMBER.match(before.marker) and before.indent == piece.indent
        if before is not None and goes_on and NUMBER.match(piece.marker):
            number = int(NUMBER.findall(before.marker)[0]) + 1
            piece = replace(piece, marker=NUMBER.sub(str(number), piece.marker, count=1))
        counted.append(piece)
    return counted
