"""The page within another one that trusts it with nothing: so do trackers show what was kept with a run."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Frame, expect
from support.browser import TIMEOUT_MS
from support.reported import report_of, small_run

pytestmark = pytest.mark.asyncio(loop_scope="module")

FRAME = """html => {
  const frame = document.createElement("iframe");
  frame.sandbox = "allow-scripts";
  frame.src = URL.createObjectURL(new Blob([html], { type: "text/html" }));
  document.body.append(frame);
}"""


@asynccontextmanager
async def framed(browser: Browser, html: bytes) -> AsyncIterator[Frame]:
    context = await browser.new_context()
    try:
        context.set_default_timeout(TIMEOUT_MS)
        page = await context.new_page()
        await page.goto("about:blank")
        await page.evaluate(FRAME, html.decode())
        frame = page.frames[-1]
        await frame.locator("h1").first.wait_for()
        yield frame
    finally:
        await context.close()


async def test_links_lead_to_episodes_and_back(browser: Browser) -> None:
    async with framed(browser, await report_of(small_run(20)).whole()) as frame:
        await frame.locator(".flips a").first.click()
        await expect(frame.locator(".parting")).to_have_text("They part at step 4")
        await frame.evaluate("history.back()")
        await expect(frame.locator("h1")).to_contain_text("small-20260102")
        await frame.locator(".rows .row[id]").filter(has_text="hasty").first.click()
        await frame.get_by_label("Compare with").select_option(index=1)
        await expect(frame.locator(".parting")).to_be_visible()


async def test_what_did_not_find_room_is_shown_by_a_command(browser: Browser) -> None:
    async with framed(browser, await report_of(small_run()).whole(0)) as frame:
        await frame.locator(".flips a").first.click()
        await expect(frame.get_by_role("alert")).to_contain_text("wardian view small-20260102-150405-ab12")
