"""The report over HTTP."""

import httpx
import pytest
from support.reported import DIAGNOSES, HEAD, report_of, scored, small_run

from wardian.base.errors import ConfigError
from wardian.reports.page.document import policy
from wardian.reports.page.report import Report
from wardian.scoring.finished import Finished
from wardian.scoring.score import Scored
from wardian.serving.report_app import FOLDER, ReportApp


class Client:
    """Asks an application, without a port."""

    def __init__(self, report: Report, page: bytes) -> None:
        transport = httpx.ASGITransport(ReportApp(report, page))
        self._client = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:80")

    async def ask(self, path: str, method: str = "GET", host: str = "127.0.0.1") -> httpx.Response:
        return await self._client.request(method, path, headers={"host": host})


async def opened(report: Report) -> Client:
    return Client(report, await report.page(FOLDER))


@pytest.fixture
def report() -> Report:
    return report_of(small_run(20))


async def test_the_page_and_its_files_are_served(report: Report) -> None:
    client = await opened(report)
    page = await client.ask("/")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert '"folder":"report-data"' in page.text
    shelf = await client.ask("/report-data/1.js")
    assert shelf.content == await report.shelf(1)
    assert shelf.headers["content-type"] == "text/javascript; charset=utf-8"


async def test_the_policy_is_a_header_too_and_nobody_may_frame_the_page(report: Report) -> None:
    headers = (await (await opened(report)).ask("/")).headers
    assert headers["content-security-policy"] == f"{policy()}; frame-ancestors 'none'"
    assert (headers["x-content-type-options"], headers["cache-control"]) == ("nosniff", "no-store")


@pytest.mark.parametrize("path", ["/report-data/3.js", "/report-data/-1.js", "/report-data/../job.json", "/job.json"])
async def test_there_is_nothing_else(report: Report, path: str) -> None:
    assert (await (await opened(report)).ask(path)).status_code == 404


async def test_only_reading_is_possible_and_only_under_names_of_this_machine(report: Report) -> None:
    client = await opened(report)
    assert (await client.ask("/", "POST")).status_code == 405
    assert (await client.ask("/", host="evil.example")).status_code == 421
    assert (await client.ask("/", host="[")).status_code == 421
    assert (await client.ask("/", host="localhost:1234")).status_code == 200
    head = await client.ask("/", "HEAD")
    assert (head.status_code, head.content) == (200, b"")


@pytest.fixture
def records() -> list[Scored]:
    return [scored(each) for each in small_run(20)]


async def test_a_record_that_is_damaged_later_costs_its_own_file_alone(records: list[Scored]) -> None:
    damaged = False

    def load(finished: Finished) -> Scored:
        if damaged and finished is first:
            raise ConfigError("the record is damaged")
        assert finished.record is not None
        return finished.record

    finished = [Finished.of(each) for each in records]
    first = finished[0]
    client = await opened(Report(HEAD, finished, load, DIAGNOSES))
    damaged = True
    assert [(await client.ask(f"/report-data/{number}.js")).status_code for number in range(3)] == [500, 200, 200]
