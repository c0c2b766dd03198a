"""The page of a run that is a campaign, in a real browser."""

from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, expect
from support.browser import open_page
from support.campaigns import campaign
from support.reported import HEAD, report_of, small_run

from wardian.reports.campaigns.account import account_of

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def written(folder: Path) -> str:
    """The address of the page of a campaign."""
    page = folder / "report.html"
    await report_of(small_run(), HEAD.model_copy(update={"campaign": account_of(campaign())})).write(page)
    return page.as_uri()


async def test_it_begins_with_the_campaign_and_ranks_without_comparing(browser: Browser, tmp_path: Path) -> None:
    page = await written(tmp_path)
    async with open_page(browser, page) as watched:
        shown = watched.page
        await expect(shown.locator(".headline")).to_contain_text("Gate 2 promoted candidate 0: +18.2 [5.0, 31.0]")
        assert (await shown.locator("section.part").first.get_attribute("id")) == "campaign"
        assert await shown.locator("#campaign .ruling").all_text_contents() == ["futile", "promoted"]
        label = await shown.locator("#campaign svg.evidence").last.get_attribute("aria-label")
        assert label == "Evidence of gate 2: 1.49 after 4 pairs, promotion asks for 82.2"
        await expect(shown.locator("#campaign .edit ins")).to_contain_text("+2. Ask before you write.")
        await expect(shown.locator("#leaderboard .about")).to_contain_text("these rows are no comparison")
        text = await shown.locator("main").inner_text()
        assert "against the rest" not in text
        assert "chance explains" not in text
        assert watched.complaints == []


async def test_gates_are_drawn_on_one_scale(browser: Browser, tmp_path: Path) -> None:
    page = await written(tmp_path)
    async with open_page(browser, page) as watched:
        lines = watched.page.locator("#campaign svg.evidence .threshold")
        first, second = [await each.get_attribute("d") for each in await lines.all()]
        assert first == second, "both ask for the same"


async def test_another_run_has_no_such_section(browser: Browser, small_page: str) -> None:
    async with open_page(browser, small_page) as watched:
        assert await watched.page.locator("#campaign").count() == 0
        await expect(watched.page.locator("#leaderboard")).to_contain_text("careful against the rest")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_axe_finds_nothing_in_it(browser: Browser, tmp_path: Path, dark: bool) -> None:
    page = await written(tmp_path)
    async with open_page(browser, page, dark=dark) as watched:
        for summary in await watched.page.locator("#campaign summary").all():
            await summary.click()
        found = await Axe().run(watched.page, "#campaign")
        assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found.response["violations"]] == []
