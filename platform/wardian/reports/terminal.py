"""A leaderboard for people at a terminal: fits any width, and means the same without colour."""

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from wardian.reports.sections import Section, leaderboard_sections
from wardian.reports.standings import Standings

__all__ = ["leaderboard_view"]


def leaderboard_view(standings: Standings) -> RenderableType:
    """The leaderboard as something that a rich console prints."""
    return Group(*(_view(section) for section in leaderboard_sections(standings)))


def _view(section: Section) -> RenderableType:
    title = Text(section.title, style="bold")
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    first, *numbers = section.headings
    table.add_column(Text(first), overflow="fold")
    for heading in numbers:
        table.add_column(Text(heading), justify="right", overflow="fold")
    for row in section.rows:
        table.add_row(*(Text(cell) for cell in row))
    notes = [Text(note, style="dim") for note in section.notes]
    return Padding(Group(table, *notes), (0, 0, 1, 0))
