"""`wardian report` and `wardian view`: a run as a page for browsers."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Final

from wardian.base.errors import ConfigError
from wardian.base.watchdog import Watchdog
from wardian.cli.report_page import report_of
from wardian.reports.page.report import Report
from wardian.runs.folder import RunFolder
from wardian.serving.report_app import FOLDER, ReportApp
from wardian.simulator.serve import listen, serve_until_ended

__all__ = ["PAGE", "view_run", "write_report"]

PAGE: Final = "report.html"
"""By default, in the run's folder."""


def write_report(folder: RunFolder, page: Path | None) -> str:
    """Write the page and what it loads; the line that says where they are.

    Raises:
        ConfigError: when there is nothing to show, or it cannot be written.
    """
    page = page or folder.path / PAGE
    beside = asyncio.run(_written(folder, page))
    return f"{page}: open it in a browser; what it loads is in {beside.name}/, beside it"


def view_run(folder: RunFolder, port: int) -> None:
    """Serve the page on loopback until interrupted.

    Raises:
        ConfigError: when there is nothing to show, or the port cannot be had.
    """
    watchdog = Watchdog()
    report = report_of(folder, watchdog)
    asyncio.run(_serve(report, port, watchdog, f"{folder.id}: open this address in a browser; Ctrl-C ends it\n"))


async def _written(folder: RunFolder, page: Path) -> Path:
    watchdog = Watchdog()
    with watchdog.watching():
        return await report_of(folder, watchdog).write(page)


async def _serve(report: Report, port: int, watchdog: Watchdog, hint: str) -> None:
    with watchdog.watching():
        app = ReportApp(report, await report.page(FOLDER))
        try:
            listener = listen(port=port)
        except OSError as error:
            raise ConfigError(f"--port {port}: {os.strerror(error.errno or 0)}") from error
        sys.stderr.write(hint)
        await serve_until_ended(app, listener)
