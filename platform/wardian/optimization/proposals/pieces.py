"""What a text consists of: items of lists, sentences, and what is neither."""

import re
from dataclasses import dataclass
from typing import Final

__all__ = ["ITEM", "Piece", "pieces_of"]

ITEM: Final = re.compile(r"([ \t]*)([-*+\u2022]|\d+[.)])([ \t]+)(?=\S)")
UNNUMBERED: Final = re.compile(r"[ \t]*(#{1,6}[ \t]|\||</?[\w-]+>[ \t]*$|[-=_*]{3,}[ \t]*$)")
"""Headings, tables, tags on a line of their own, and lines that are drawn."""
FENCE: Final = re.compile(r"[ \t]*(```|~~~)")
SENTENCE: Final = re.compile(r"(?<=[.!?])(?<!\be\.g\.)(?<!\bi\.e\.)(\s+)(?=[A-Z\"'(*`])")
EMPHASIS: Final = "*_"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the text.

    Args:
        gap: what stands before it, up to its marker.
        marker: of an item in a list, with the space behind it; else "".
        body: its words.
        numbered: whether it is a rule; a heading is none.
        source: who wrote it.
    """

    gap: str
    marker: str
    body: str
    numbered: bool = True
    source: str = ""

    @property
    def indent(self) -> str:
        """What leads to a line of its own, as far to the right."""
        return "\n" + self.gap.rpartition("\n")[2]


def pieces_of(text: str) -> tuple[tuple[Piece, ...], str]:
    """The pieces of `text` in order, and the space behind the last."""
    pieces: list[Piece] = []
    gap = ""
    for block in _blocks(text):
        if not block.strip():
            gap += block
            continue
        found, gap = _pieces(gap, block)
        pieces += found
    return tuple(pieces), gap


def _blocks(text: str) -> list[str]:
    """Items, paragraphs, single lines that are no rules, code, and the empty lines between; together the text."""
    blocks: list[list[str]] = []
    fence = ""
    for line in text.splitlines(keepends=True):
        mark = FENCE.match(line)
        if fence or (blocks and not mark and _goes_on(blocks[-1][0], line)):
            blocks[-1].append(line)
        else:
            blocks.append([line])
        if mark and (not fence or mark[1] == fence):
            fence = "" if fence else mark[1]
    return ["".join(lines) for lines in blocks]


def _goes_on(first: str, line: str) -> bool:
    """Whether `line` belongs to the block that begins with `first`."""
    if not line.strip():
        return not first.strip()
    if not first.strip() or ITEM.match(line) or UNNUMBERED.match(line) or UNNUMBERED.match(first) or FENCE.match(first):
        return False
    return line[0] in " \t" if ITEM.match(first) else True


def _pieces(gap: str, block: str) -> tuple[list[Piece], str]:
    """The pieces of a block, and the space behind them."""
    words = block.rstrip()
    behind = block[len(words) :]
    if item := ITEM.match(words):
        return [Piece(gap + item[1], item[2] + item[3], words[item.end() :])], behind
    if UNNUMBERED.match(words) or FENCE.match(words) or words.rstrip(EMPHASIS).endswith(":"):
        return [Piece(gap, "", words, numbered=False)], behind
    indent = words[: len(words) - len(words.lstrip())]
    first, *rest = SENTENCE.split(words[len(indent) :])
    pieces = [Piece(gap + indent, "", first)]
    pieces += [Piece(between, "", sentence) for between, sentence in zip(rest[::2], rest[1::2], strict=True)]
    return pieces, behind
