"""A real Chromium: the system's, for its builds are the only ones that every machine can install."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Page, async_playwright

TIMEOUT_MS = 15_000
NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str:
    """Its path; without one the test is skipped."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(f"no browser: none of {', '.join(NAMES)} is on the PATH (apt-get install chromium)")
    return found


@asynccontextmanager
async def open_browser() -> AsyncIterator[Browser]:
    """A browser for many pages."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        try:
            yield browser
        finally:
            await browser.close()


class Watched:
    """A page, everything that it complained of (errors, refused loads, dialogs), and all that it asked for."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.asked: list[str] = []
        page.on("console", lambda message: self.complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("requestfailed", lambda request: self.complaints.append(f"failed: {request.url}"))


@asynccontextmanager
async def open_page(browser: Browser, url: str, *, dark: bool = False, width: int = 1280) -> AsyncIterator[Watched]:
    """The page at `url`, once it is drawn."""
    context = await browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme="dark" if dark else "light"
    )
    try:
        context.set_default_timeout(TIMEOUT_MS)
        watched = Watched(await context.new_page())
        await watched.page.goto(url)
        await watched.page.locator("h1").first.wait_for()
        yield watched
    finally:
        await context.close()


async def visit(page: Page, url: str, address: str) -> None:
    """Go to a view of the report at `url`: "#/episode/KEY", "#/compare/KEY/KEY", or a place in the overview."""
    await page.goto(f"{url}{address}")
    if address.startswith("#/"):
        shown = " ".join(address.split("/")[2:])
        await page.locator(f'[data-shown="{shown}"]').wait_for()
