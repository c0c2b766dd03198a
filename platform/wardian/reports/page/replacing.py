"""What stands where a report is written: an earlier report is replaced, and nothing else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from wardian.base.errors import ConfigError

__all__ = ["check_replaced", "numbered"]

PAGE: Final = b"trusted-types wardian-shelf"
"""In the policy that stands at the beginning of every page."""
ENDING: Final = ".html"
SHELF: Final = b"wardianShelf("
BEGINNING: Final = 1024
"""How many bytes of a file say what it is."""


def check_replaced(page: Path, folder: Path) -> None:
    """Nobody's files but a report's may be at `page`, or under a report's names in `folder`; empty ones do no harm.

    A page is called .html: were another name allowed beside it, `x.md` and `x.html` would have one folder.

    Raises:
        ConfigError: when something else is there, or the page is called otherwise.
        OSError: when it cannot be read.
    """
    if page.exists() and not page.is_file():
        raise ConfigError(f"{page}: is no file; name one for the page, like report.html")
    if page.suffix != ENDING:
        raise ConfigError(f"{page}: a page is called {ENDING}, like {page.stem or 'report'}{ENDING}")
    if page.exists():
        _check(page, PAGE)
    for path in numbered(folder):
        _check(path, SHELF)


def numbered(folder: Path) -> Iterator[Path]:
    """The files in `folder` that are called like a report's."""
    return (path for path in folder.glob("*.js") if path.stem.isdecimal())


def _check(path: Path, mark: bytes) -> None:
    with path.open("rb") as file:
        beginning = file.read(BEGINNING)
    if beginning and mark not in beginning:
        raise ConfigError(f"{path}: is there already and belongs to no report; name another page, or move it away")
