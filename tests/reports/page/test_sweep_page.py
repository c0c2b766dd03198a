"""The page of a run that is a sweep, in a real browser."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect
from support.browser import open_page
from support.reported import HEAD, report_of, small_run

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_it_says_what_the_sweep_came_to_and_compares_no_pooled_arms(browser: Browser, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    await report_of(small_run(), HEAD.model_copy(update={"sweep": "No separable winner: a is ahead."})).write(page)
    async with open_page(browser, page.as_uri()) as watched:
        headline = watched.page.locator(".headline")
        await expect(headline).to_have_text("No separable winner: a is ahead.")
