"""More arms than there are colours."""

import asyncio

import pytest
from playwright.async_api import Browser, expect
from support.browser import open_page
from support.reported import report_of, slipped

pytestmark = pytest.mark.asyncio(loop_scope="module")

SIGNS = """() => [...document.querySelectorAll("#leaderboard .ranking .sign path")]
  .map((sign) => `${sign.getAttribute("d")} ${getComputedStyle(sign).fill} ${getComputedStyle(sign).stroke}`)"""
AREAS = """() => [...document.querySelector("#failures .stack").children].map((part) => {
  const { color, backgroundImage } = getComputedStyle(part);
  return `${color} ${backgroundImage}`;
})"""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    page = tmp_path_factory.mktemp("many") / "report.html"
    asyncio.run(report_of(slipped(f"arm-{number:02}", "task") for number in range(32)).write(page))
    return page.as_uri()


async def test_every_arm_has_a_sign_of_its_own(browser: Browser, url: str) -> None:
    async with open_page(browser, url) as watched:
        await expect(watched.page.locator("#leaderboard .ranking").first.locator("tbody tr")).to_have_count(32)
        signs = await watched.page.evaluate(SIGNS)
        assert len(set(signs)) == 32
        assert watched.complaints == []


async def test_areas_of_the_same_colour_are_hatched(browser: Browser, url: str) -> None:
    async with open_page(browser, url) as watched:
        areas = await watched.page.evaluate(AREAS)
        assert len(set(areas)) == len(areas) == 32
