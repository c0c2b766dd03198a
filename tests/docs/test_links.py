"""Links between pages and to files lead somewhere, and every page can be found from the index."""

from pathlib import Path

import pytest
from support.pages import PAGES, ROOT, anchors, links

READ = (*PAGES, *ROOT.glob("*.md"), *(ROOT / "envs").glob("*/README.md"))
INDEX = ROOT / "docs" / "README.md"


@pytest.mark.parametrize("page", sorted(set(READ)), ids=lambda page: str(page.relative_to(ROOT)))
def test_links_resolve(page: Path) -> None:
    broken = [target for target in links(page) if not _leads_somewhere(page, target)]
    assert not broken


def _leads_somewhere(page: Path, target: str) -> bool:
    path, _, anchor = target.partition("#")
    to = (page.parent / path).resolve() if path else page
    return to.is_relative_to(ROOT) and to.exists() and (not anchor or anchor in anchors(to))


def test_the_index_lists_every_page() -> None:
    listed = {(INDEX.parent / target.partition("#")[0]).resolve() for target in links(INDEX)}
    decisions = {page for page in PAGES if page.parent.name == "decisions"}
    assert not set(PAGES) - listed - decisions - {INDEX, ROOT / "README.md"}


def test_every_image_is_shown() -> None:
    shown = {(page.parent / target).resolve() for page in PAGES for target in links(page)}
    images = set((ROOT / "docs" / "images").iterdir())
    assert images
    assert images <= shown


def test_pages_speak_of_no_machine() -> None:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        assert not [word for word in ("/root/", "/home/", "/tmp/") if word in text], page
