"""The report of a run as a bare ASGI application."""

import re
from collections.abc import Sequence
from http import HTTPMethod, HTTPStatus
from typing import Final, NamedTuple

from wardian.base.errors import ConfigError
from wardian.reports.page.document import policy
from wardian.reports.page.report import Report
from wardian.serving.hosts import LOOPBACK, check_host
from wardian.serving.refusal import Refused
from wardian.simulator.asgi import Receive, Scope, Send

__all__ = ["FOLDER", "ReportApp"]

FOLDER: Final = "report-data"
"""Where the page looks for trajectories."""
SHELF: Final = re.compile(rf"/{FOLDER}/([0-9]{{1,9}})\.js")
HTML, SCRIPT, TEXT = b"text/html; charset=utf-8", b"text/javascript; charset=utf-8", b"text/plain; charset=utf-8"
GUARDS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)


class _Answer(NamedTuple):
    body: bytes
    kind: bytes
    status: HTTPStatus = HTTPStatus.OK


class ReportApp:
    """The page at `/`, and the files with trajectories that it asks for, made when it does.

    Args:
        report: of the run as it was when the report was made.
        page: that it has made, for files in `FOLDER`.
        hosts: the names that a request may call it by; empty lets all in.
    """

    def __init__(self, report: Report, page: bytes, hosts: Sequence[str] = LOOPBACK) -> None:
        self._report = report
        self._page = page
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            answer = await self._answer(scope)
        except Refused as error:
            answer = _Answer(str(error).encode(), TEXT, error.status)
        except ConfigError as error:  # a record is damaged; the others are not
            answer = _Answer(str(error).encode(), TEXT, HTTPStatus.INTERNAL_SERVER_ERROR)
        rules = f"{policy()}; frame-ancestors 'none'".encode()
        headers = [(b"content-type", answer.kind), (b"content-security-policy", rules), *GUARDS]
        await send({"type": "http.response.start", "status": int(answer.status), "headers": headers})
        body = b"" if scope["method"] == HTTPMethod.HEAD else answer.body
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: Scope) -> _Answer:
        check_host(scope, self._hosts)
        if scope["method"] not in (HTTPMethod.GET, HTTPMethod.HEAD):
            raise Refused("method_not_allowed", "there is only something to read", HTTPStatus.METHOD_NOT_ALLOWED)
        if scope["path"] == "/":
            return _Answer(self._page, HTML)
        asked = SHELF.fullmatch(scope["path"])
        if asked is None or int(asked[1]) >= self._report.shelves:
            raise Refused("unknown_url", "there is nothing here; the report is at /", HTTPStatus.NOT_FOUND)
        return _Answer(await self._report.shelf(int(asked[1])), SCRIPT)
