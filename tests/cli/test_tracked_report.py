"""The report in MLflow: a real server that was away during the run, and a browser that opens what it has kept."""

import asyncio
from pathlib import Path

import orjson
import pytest
from cli.conftest import JOB, Wardian
from playwright.async_api import expect
from support.browser import open_browser
from support.mlflow_server import mlflow_server

from wardian.cli.report_page import KEPT
from wardian.runs.folder import RunFolder
from wardian.tracking.summary import TRACKED, Tracked

pytestmark = [pytest.mark.mlflow, pytest.mark.filterwarnings("ignore")]  # mlflow's dependencies warn on import


async def opened_in_mlflow(address: str) -> None:
    """Open the report there, and in it the trajectory of an episode."""
    async with open_browser() as browser:
        page = await browser.new_page()
        page.set_default_timeout(30_000)
        await page.goto(f"{address}/artifacts/report.html")
        report = page.frame_locator("iframe")
        await report.locator(".flips a").first.click()
        await expect(report.locator(".parting")).to_contain_text("They part at step")


def test_it_opens_there_with_its_episodes_though_the_server_was_away(
    project: Path, wardian: Wardian, tmp_path: Path
) -> None:
    with mlflow_server(f"sqlite:///{tmp_path / 'server.db'}", tmp_path) as server:
        (project / "job.yaml").write_text(JOB.replace("{enabled: false}", f"{{uri: '{server.uri}'}}"))
        assert "misses a part of this run" in wardian("run", "job.yaml").out
        server.start()
        assert wardian("sync", "last").code == 0
        folder = RunFolder.find("last", project / "runs")
        page = Tracked.model_validate_json((folder.path / TRACKED).read_bytes()).page
        assert page is not None
        asyncio.run(opened_in_mlflow(page))


@pytest.mark.parametrize(("tracking", "kept"), [("report: 8", True), ("report: 7", False), ("enabled: false", False)])
def test_a_run_that_is_too_long_keeps_none(project: Path, wardian: Wardian, tracking: str, kept: bool) -> None:
    job = JOB.replace("{enabled: false}", f"{{uri: 'http://127.0.0.1:9', {tracking}}}")
    (project / "job.yaml").write_text(job)
    assert wardian("run", "job.yaml").code == 0
    folder = RunFolder.find("last", project / "runs")
    assert (folder.path / KEPT).exists() == kept
    if not kept:
        return
    entries = (folder.path / "outbox" / "entries.jsonl").read_bytes().splitlines()
    assert KEPT in orjson.loads(entries[-1])["artifacts"]
