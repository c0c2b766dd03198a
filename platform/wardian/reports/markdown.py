"""Tables as Markdown, for files, issues and trackers."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from wardian.reports.sections import Section, leaderboard_sections
from wardian.reports.standings import Standings

__all__ = ["leaderboard_markdown", "section_markdown", "sections_markdown"]

MARKUP: Final = re.compile(r"[\\|`*_<&]")
LINK: Final = re.compile(r"\](?=[(\[:])")
"""Without it brackets are no link, no image and no definition of one; those of intervals stay as they are."""
MENTION: Final = re.compile(r"(?<![A-Za-z0-9_])@")
UNMENTIONED: Final = "@&#8203;"
"""An escaped @ mentions people all the same, one before a space of no width does not."""


def leaderboard_markdown(standings: Standings) -> str:
    """The leaderboard as GitHub's Markdown."""
    return sections_markdown(leaderboard_sections(standings))


def sections_markdown(sections: Iterable[Section]) -> str:
    """Tables with their titles and notes as GitHub's Markdown."""
    return "\n".join(map(section_markdown, sections))


def section_markdown(section: Section) -> str:
    """One table with its notes."""
    ruler = ["---", *("---:" for _ in section.headings[1:])]
    lines = [_row(section.headings), _row(ruler), *map(_row, section.rows)] if section.rows else []
    table = "".join(f"{line}\n" for line in lines)
    notes = "".join(f"- {_escape(note)}\n" for note in section.notes)
    return "\n".join(part for part in (f"## {_escape(section.title)}\n", table, notes) if part)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(map(_escape, cells)) + " |"


def _escape(text: str) -> str:
    text = LINK.sub(r"\\]", MARKUP.sub(r"\\\g<0>", text))
    return " ".join(MENTION.sub(UNMENTIONED, text).split())
