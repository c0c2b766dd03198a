"""Tables for people at a terminal: fit any width, and mean the same without colour."""

from collections.abc import Iterable

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from wardian.reports.sections import Section, leaderboard_sections
from wardian.reports.standings import Standings

__all__ = ["leaderboard_view", "sections_view"]

WHOLE_NAME = 30
"""Characters of a first column that stays on one line; where names are longer they fold like everything else."""


def leaderboard_view(standings: Standings) -> RenderableType:
    """The leaderboard as something that a rich console prints."""
    return sections_view(leaderboard_sections(standings))


def sections_view(sections: Iterable[Section]) -> RenderableType:
    """Tables with their titles and notes as something that a rich console prints."""
    return Group(*map(_view, sections))


def _view(section: Section) -> RenderableType:
    notes = [Text(note, style="dim") for note in section.notes]
    body: list[RenderableType] = [Text(), _table(section)] if section.rows else []
    return Padding(Group(Text(section.title, style="bold"), *body, *notes), (0, 0, 1, 0))


def _table(section: Section) -> Table:
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    first, *numbers = section.headings
    whole = all(len(row[0]) <= WHOLE_NAME for row in section.rows)
    table.add_column(Text(first), overflow="fold", no_wrap=whole)
    for heading in numbers:
        table.add_column(Text(heading), justify="right", overflow="fold")
    for row in section.rows:
        table.add_row(*(Text(cell) for cell in row))
    return table
