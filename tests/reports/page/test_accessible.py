"""What axe finds in every view, light and dark."""

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser
from support.browser import open_page, visit

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_axe_finds_nothing(browser: Browser, small_page: str, dark: bool) -> None:
    async with open_page(browser, small_page, dark=dark) as watched:
        page = watched.page
        keys = await page.evaluate("JSON.parse(document.getElementById('contents').textContent).index.keys")
        for address in ("", f"#/episode/{keys[3]}", f"#/compare/{keys[2]}/{keys[3]}"):
            await visit(page, small_page, address)
            for summary in await page.locator("main summary").all():
                await summary.click()
            found = await Axe().run(page)
            violations = found.response["violations"]
            told = [
                (each["id"], each["impact"], [node["html"][:200] for node in each["nodes"][:3]]) for each in violations
            ]
            assert told == [], address
