"""A leaderboard as Markdown, for files, issues and trackers."""

from collections.abc import Sequence

from wardian.reports.sections import Section, leaderboard_sections
from wardian.reports.standings import Standings

__all__ = ["leaderboard_markdown", "section_markdown"]


def leaderboard_markdown(standings: Standings) -> str:
    """The leaderboard as GitHub's Markdown."""
    return "\n".join(section_markdown(section) for section in leaderboard_sections(standings))


def section_markdown(section: Section) -> str:
    """One table with its notes."""
    ruler = ["---", *("---:" for _ in section.headings[1:])]
    lines = [_row(section.headings), _row(ruler), *map(_row, section.rows)]
    notes = "".join(f"- {_escape(note)}\n" for note in section.notes)
    return f"## {_escape(section.title)}\n\n" + "\n".join(lines) + "\n" + (f"\n{notes}" if notes else "")


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(map(_escape, cells)) + " |"


def _escape(text: str) -> str:
    for character in "\\|`*_<":
        text = text.replace(character, "\\" + character)
    return " ".join(text.split())
