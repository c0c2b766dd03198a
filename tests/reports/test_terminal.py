"""Tables at a terminal."""

from io import StringIO

import pytest
from rich.console import Console

from wardian.reports.sections import Section
from wardian.reports.terminal import sections_view

SECTION = Section(
    title="Sweep",
    headings=("configuration", "success %", "minus the best [all at once]", "$ an episode", "n", "out"),
    rows=(
        ("model=large, prompt=careful", "92.2", "best", "$0.1054", "64", ""),
        ("model=small, prompt=hasty *", "45.3", "-50.0 [-100.0, 97.7]", "$0.0031", "8 (2 missing)", "too few to tell"),
    ),
)


@pytest.mark.parametrize("width", [60, 72, 80, 81, 90, 100, 120, 200])
def test_nothing_is_cut_at_any_width(width: int) -> None:
    console = Console(file=StringIO(), width=width)
    console.print(sections_view([SECTION]))
    assert isinstance(console.file, StringIO)
    lines = console.file.getvalue().splitlines()
    said = " ".join(lines).split()
    assert all(len(line) <= width for line in lines)
    for word in " ".join((*SECTION.headings, *(cell for row in SECTION.rows for cell in row))).split():
        assert word in said
