"""`wardian sweep report`: what came out of a sweep."""

import sys

import orjson
from rich.console import Console
from rich.text import Text

from wardian.base.errors import ConfigError
from wardian.base.frozen import JsonObject
from wardian.reports.markdown import sections_markdown
from wardian.reports.sweep.kept import kept, report_of
from wardian.reports.sweep.sections import FEW, sweep_sections
from wardian.reports.sweep.standing import SweepReport
from wardian.reports.terminal import sections_view
from wardian.runs.folder import RunFolder
from wardian.runs.purpose import purpose_of

__all__ = ["print_sweep", "show_sweep"]


def show_sweep(folder: RunFolder, *, as_json: bool | None) -> None:
    """Print the report of a sweep as it is now: in lines, as JSON, or (False) as Markdown.

    Raises:
        ConfigError: when the run is no sweep, or no block of it is complete.
    """
    record = kept(folder)
    if record is None:
        known = purpose_of(folder.store) == "sweep"
        raise ConfigError(f"{folder.id}: {'no block is complete yet' if known else 'is no sweep'}")
    report = report_of(folder, record, (each.result for each in folder.latest()))
    if as_json is False:
        sys.stdout.write(sections_markdown(sweep_sections(report)))
    elif as_json:
        print_sweep(folder, report, {})
    else:
        console = Console(highlight=False)
        console.print(sections_view(sweep_sections(report, FEW)))
        console.print(Text.assemble(("sweep     ", "bold"), folder.argument), soft_wrap=True)


def print_sweep(folder: RunFolder, report: SweepReport, more: JsonObject) -> None:
    """JSON on stdout."""
    place: JsonObject = {"folder": str(folder.path), "url": folder.elsewhere}
    known: JsonObject = {**place, "winner": report.winner, "rivals": [each.arm for each in report.rivals]}
    document = {**report.model_dump(mode="json"), **known, **more}
    sys.stdout.buffer.write(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")
