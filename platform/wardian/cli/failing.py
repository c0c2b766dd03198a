"""`wardian failures`: what went wrong in a run, and where to look."""

import asyncio
import sys
from typing import Final, Literal

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

__all__ = ["Form", "show_failures"]

Form = Literal["table", "json", "markdown"]

SHOWN: Final = 20
"""Clusters in a table; all of them are in the other forms."""


def show_failures(folder: RunFolder, form: Form) -> None:
    """Print the failures in the records of a run; those who are not the agent's apart."""
    references = References.of(folder.job(), bundled_roots())
    records = map(folder.load, folder.latest())
    _print(asyncio.run(collect_failures(records, references)), form)


def _print(failures: Failures, form: Form) -> None:
    if form == "json":
        document = {**failures.model_dump(mode="json"), "unexplained": failures.unexplained}
        sys.stdout.buffer.write(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")
        return
    if form == "markdown":
        sys.stdout.write("\n".join(map(section_markdown, failure_sections(failures))))
        return
    Console(highlight=False).print(failures_view(failures, SHOWN), soft_wrap=True)
