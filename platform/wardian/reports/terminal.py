"""Tables for people at a terminal: fit any width, and mean the same without colour."""

import re
from collections.abc import Iterable, Iterator, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from wardian.reports.sections import Section, leaderboard_sections
from wardian.reports.standings import Standings

__all__ = ["leaderboard_view", "sections_view"]

WHOLE_NAME = 30
"""Characters of a first column that stays on one line; where names are longer they fold like everything else."""
WHOLE_NUMBER = 18
"""Characters of a cell that stays on one line, such as a share with its interval."""
GAP = 2
"""Between columns: padding, and what the box has there."""


def leaderboard_view(standings: Standings) -> RenderableType:
    """The leaderboard as something that a rich console prints."""
    return sections_view(leaderboard_sections(standings))


def sections_view(sections: Iterable[Section]) -> RenderableType:
    """Tables with their titles and notes as something that a rich console prints."""
    return Group(*map(_view, sections))


def _view(section: Section) -> RenderableType:
    notes = [Text(note, style="dim") for note in section.notes]
    body: list[RenderableType] = [Text(), _Fitting(section)] if section.rows else []
    return Padding(Group(Text(section.title, style="bold"), *body, *notes), (0, 0, 1, 0))


class _Fitting:
    """A table whose names and numbers stay whole: where the columns are too many they stand below each other."""

    def __init__(self, section: Section) -> None:
        self._headings = section.headings
        self._rows = [(_broken(row[0]), *row[1:]) for row in section.rows]
        cells = list(zip(section.headings, *self._rows, strict=True))
        self._widths = [max(map(_needed, column)) for column in cells]
        self._whole = [max(map(_longest, column)) for column in cells]
        self._names_whole = all(_longest(row[0]) <= WHOLE_NAME for row in self._rows)
        if self._names_whole:
            self._widths[0] = max(self._widths[0], *(_longest(row[0]) for row in self._rows))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for index, columns in enumerate(self._groups(options.max_width)):
            if index:
                yield Text()
            yield self._table(columns, options.max_width)

    def _groups(self, width: int) -> Iterator[list[int]]:
        first, *rest = self._widths
        group, used = list[int](), first
        for column, needed in enumerate(rest, 1):
            if group and used + GAP + needed > width:
                yield group
                group, used = [], first
            group.append(column)
            used += GAP + needed
        yield group

    def _shares(self, columns: Sequence[int], width: int) -> list[int | None]:
        """The width of each of these columns: what it needs, and the first of them more where there is room.

        None, as much as there is, where not even one beside the first has what it needs: left to itself, rich makes
        columns as wide as they need after it has shared out the room, and cuts the last.
        """
        left = width - GAP * (len(columns) - 1) - sum(self._widths[column] for column in columns)
        if left < 0:
            return [None] * len(columns)
        shares: list[int | None] = []
        for column in columns:
            more = min(left, self._whole[column] - self._widths[column])
            left -= more
            shares.append(self._widths[column] + more)
        return shares

    def _table(self, columns: Sequence[int], room: int) -> Table:
        table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
        first, *rest = self._shares((0, *columns), room)
        table.add_column(Text(self._headings[0]), overflow="fold", no_wrap=self._names_whole, width=first)
        for column, width in zip(columns, rest, strict=True):
            least = self._widths[column] if width is None else None
            heading = Text(self._headings[column])
            table.add_column(heading, justify="right", overflow="fold", width=width, min_width=least)
        for row in self._rows:
            table.add_row(*(Text(row[column]) for column in (0, *columns)))
        return table


def _broken(name: str) -> str:
    """A long name in lines, broken behind its underscores."""
    lines = [""]
    for part in re.findall(r"[^_]*_*", name) if len(name) > WHOLE_NAME else [name]:
        if len(lines[-1] + part) > WHOLE_NAME:
            lines.append("")
        lines[-1] += part
    return "\n".join(filter(None, lines))


def _longest(cell: str) -> int:
    return max(map(len, cell.splitlines()), default=0)


def _needed(cell: str) -> int:
    """Characters in which nothing of a cell has to be broken that should not: a short one at all, else its words."""
    parts = cell.splitlines() if len(cell) <= WHOLE_NUMBER or "\n" in cell else cell.split()
    return min(max(map(len, parts), default=0), WHOLE_NAME)
