"""The page as `wardian view` serves it, with its policy as a header too."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from playwright.async_api import Browser, expect
from support.browser import open_page
from support.reported import report_of, small_run

from wardian.serving.report_app import FOLDER, ReportApp
from wardian.simulator.bridge import handler_of

pytestmark = pytest.mark.asyncio(loop_scope="module")


@asynccontextmanager
async def served() -> AsyncIterator[str]:
    """The address of a small report."""
    report = report_of(small_run(20))
    server = web.Server(handler_of(ReportApp(report, await report.page(FOLDER))))
    listening = await asyncio.get_running_loop().create_server(server, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    finally:
        listening.close()
        await server.shutdown(1.0)


async def test_it_is_the_same_page_and_loads_only_the_files_that_it_needs(browser: Browser) -> None:
    async with served() as url, open_page(browser, f"{url}/") as watched:
        await watched.page.locator(".flips a").first.click()
        await expect(watched.page.locator(".parting")).to_have_text("They part at step 4")
        asked = [each.removeprefix(url) for each in watched.asked if not each.startswith("data:")]
        assert asked == ["/", "/report-data/0.js"]
        assert watched.complaints == []
