"""`wardian failures`: what went wrong in a run, and where to look."""

import asyncio
import sys

import orjson
from rich.console import Console

from wardian.base.errors import ConfigError
from wardian.base.watchdog import Watchdog
from wardian.environments.packs import bundled_roots
from wardian.reports.failures.collection import FailureSink, collect_failures
from wardian.reports.failures.lookback import Lookback
from wardian.reports.failures.references import References
from wardian.reports.failures.sections import FEW, failures_markdown, nothing_failed
from wardian.reports.failures.terminal import failures_view
from wardian.reports.failures.worlds import PackWorlds
from wardian.runs.folder import RunFolder
from wardian.runs.rescoring import current
from wardian.scoring.failures.report import Failures

__all__ = ["show_failures"]


def show_failures(folder: RunFolder, *, decisive: bool, every: bool, as_json: bool, as_markdown: bool) -> None:
    """Print what went wrong in the records of a run: in lines, as JSON, or as Markdown.

    `every`: all clusters for people at a terminal; the other two always have them.

    Raises:
        ConfigError: when nothing of it was played yet.
    """
    if not any(current(folder.latest)):
        raise ConfigError(f"{folder.id}: no episode has a result yet")
    failures = asyncio.run(_collected(folder, decisive=decisive))
    if as_json:
        _print_json(failures)
    elif as_markdown:
        sys.stdout.write(failures_markdown(failures) or f"{nothing_failed(failures).capitalize()}.\n")
    else:
        Console(highlight=False).print(failures_view(failures, None if every else FEW), soft_wrap=True)


async def _collected(folder: RunFolder, *, decisive: bool) -> Failures:
    job, watchdog = folder.job(), Watchdog()
    references = References.of(job, bundled_roots(), watchdog)
    sink = FailureSink(references, folder.load, Lookback(PackWorlds(job, references)) if decisive else None)
    with watchdog.watching():
        failures = await collect_failures(current(folder.latest), sink)
    if decisive:
        sink.hindsights.leave(folder.store)
    return failures


def _print_json(failures: Failures) -> None:
    document = {**failures.model_dump(mode="json"), "unexplained": failures.unexplained}
    sys.stdout.buffer.write(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")
