"""A browser for all tests of a module, and pages for it on the disk."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser
from support.browser import open_browser
from support.reported import report_of, small_run


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with open_browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def small_page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a small report on the disk."""
    page: Path = tmp_path_factory.mktemp("report") / "report.html"
    asyncio.run(report_of(small_run(20)).write(page))
    return page.as_uri()
