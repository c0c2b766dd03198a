"""`wardian failures`: what went wrong in a run, and where to look."""

import asyncio
import sys
from typing import Final

import orjson
from rich.console import Console

from wardian.environments.packs import bundled_roots
from wardian.reports.failures.collection import collect_failures
from wardian.reports.failures.references import References
from wardian.reports.failures.sections import failure_sections
from wardian.reports.failures.terminal import failures_view
from wardian.reports.markdown import section_markdown
from wardian.runs.folder import RunFolder
from wardian.scoring.failures.report import Failures

__all__ = ["show_failures"]

SHOWN: Final = 20
"""Clusters in a table; all of them are in the other forms."""


def show_failures(folder: RunFolder, *, as_json: bool, as_markdown: bool) -> None:
    """Print what went wrong in the records of a run: in lines, as JSON, or as Markdown."""
    references = References.of(folder.job(), bundled_roots())
    records = map(folder.load, folder.latest())
    failures = asyncio.run(collect_failures(records, references))
    if as_json:
        _print_json(failures)
    elif as_markdown:
        sys.stdout.write("\n".join(map(section_markdown, failure_sections(failures))))
    else:
        Console(highlight=False).print(failures_view(failures, SHOWN), soft_wrap=True)


def _print_json(failures: Failures) -> None:
    document = {**failures.model_dump(mode="json"), "unexplained": failures.unexplained}
    sys.stdout.buffer.write(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")
