"""The report of a run, and the copy of it that MLflow keeps."""

import asyncio
from contextlib import suppress
from typing import Final

from wardian import __version__
from wardian.base.errors import ConfigError, boundary
from wardian.base.memory import collect_rarely
from wardian.base.watchdog import Watchdog
from wardian.cli.results import remark
from wardian.environments.packs import bundled_roots
from wardian.reports.background import Background
from wardian.reports.campaigns.account import account_of
from wardian.reports.campaigns.arms import arm_names, named
from wardian.reports.campaigns.kept import kept as campaign_of
from wardian.reports.failures.diagnoses import Diagnoses
from wardian.reports.failures.hindsights import Hindsights
from wardian.reports.failures.references import References
from wardian.reports.page.contents import Head
from wardian.reports.page.report import Report
from wardian.reports.sweep.kept import kept
from wardian.reports.sweep.reckoning import sweep_report
from wardian.reports.sweep.sections import sweep_sections, verdict
from wardian.reports.sweep.standing import SweepReport
from wardian.runs.folder import RunFolder
from wardian.runs.rescoring import current
from wardian.tracking.outbox import OUTBOX

__all__ = ["KEPT", "keep_report", "report_of"]

MOST: Final = 50
"""Configurations of a sweep on the page."""
KEPT: Final = f"{OUTBOX}/report.html"
"""The copy for MLflow, in the run's folder: it waits there with all else that a store may take later."""


def report_of(folder: RunFolder, watchdog: Watchdog) -> Report:
    """The report of a run as it is now; `watchdog` ends references that hang.

    Raises:
        ConfigError: when nothing was played yet, or a record is damaged.
    """
    job = folder.job()
    campaign = campaign_of(folder)
    head = Head(run=folder.id, job=job.name, version=__version__, remark=remark(folder.pause, 0))
    latest = current(folder.latest)
    if campaign is not None:
        head = head.model_copy(update={"campaign": account_of(campaign)})
        latest = named(latest, arm_names(campaign))
    sweep = _sweep(folder)
    if sweep is not None:
        head = head.model_copy(update={"sweep": verdict(sweep)})
    collect_rarely()
    diagnoses = Diagnoses(References.of(job, bundled_roots(), watchdog), Hindsights.of(folder.store))
    background = Background.of(job, folder.metrics)
    tables = () if sweep is None else sweep_sections(sweep, MOST)
    report = Report(head, latest, folder.load, diagnoses, background, tables)
    if not report.shelves:
        raise ConfigError(f"{folder.id}: no episode has a result yet")
    return report


def _sweep(folder: RunFolder) -> SweepReport | None:
    """What a sweep came to."""
    record = kept(folder)
    if record is None:
        return None
    return sweep_report(folder.id, record, (each.result for each in current(folder.latest)))


def keep_report(folder: RunFolder, episodes: int) -> None:
    """Leave a page that stands alone for MLflow, when the job wants one of a run with results of so many episodes.

    What goes wrong costs the page, never the run.
    """
    page = folder.path / KEPT
    with suppress(ConfigError), boundary(lambda _: None):  # a store that is gone is a mistake of the user's elsewhere
        tracking = folder.job().tracking
        page.unlink(missing_ok=True)
        if tracking.enabled and 0 < episodes <= tracking.report:
            page.parent.mkdir(exist_ok=True)
            written = page.with_suffix(".new")
            written.write_bytes(asyncio.run(_whole(folder)))
            written.replace(page)


async def _whole(folder: RunFolder) -> bytes:
    watchdog = Watchdog()
    with watchdog.watching():
        return await report_of(folder, watchdog).whole()
