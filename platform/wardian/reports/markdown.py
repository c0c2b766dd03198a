"""Tables as Markdown, for files, issues and trackers."""

from collections.abc import Iterable, Sequence

from wardian.reports.sections import Section, leaderboard_sections
from wardian.reports.standings import Standings

__all__ = ["leaderboard_markdown", "section_markdown", "sections_markdown"]


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
    for character in "\\|`*_<":
        text = text.replace(character, "\\" + character)
    return " ".join(text.split())
