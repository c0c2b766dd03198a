"""`wardian selfcheck`: what the refinement loop promises, measured on this machine."""

import os
import sys

import typer
from rich.console import Console

from wardian.base.errors import ConfigError
from wardian.optimization.selfcheck.extent import Extent
from wardian.optimization.selfcheck.finding import Finding
from wardian.optimization.selfcheck.selfcheck import NAMES, Checked, selfcheck
from wardian.reports.sections import Section
from wardian.reports.terminal import sections_view

__all__ = ["BROKEN", "check_promises"]

BROKEN = 1
"""The exit code when a promise is not kept."""
MARKS = {True: "kept", False: "BROKEN", None: ""}
GOALS = {True: "met", False: "missed", None: ""}
UNDECIDED = "too few to tell"
NOTES = (
    "SIMULATED MODELS: numeric worlds whose truth is known, through the loop and the gate of real campaigns.\n"
    "In brackets: one-sided 95 % bounds. What is missed is slower or dearer than we want it to be, and no less true."
)


def check_promises(only: str | None, seed: int, extent: Extent, *, as_json: bool) -> int:
    """Check, print a table or JSON, and give the exit code.

    Raises:
        ConfigError: when there is no check of a name.
    """
    names = tuple(only.split(",")) if only else NAMES
    if unknown := [name for name in names if name not in NAMES]:
        raise ConfigError(f"--only: there is no check '{unknown[0]}', only {', '.join(NAMES)}")
    found = selfcheck(extent, seed, names, os.cpu_count() or 1, _say)
    if as_json:
        typer.echo(found.model_dump_json(indent=2))
    else:
        Console().print(sections_view(map(_section, found.checks)), NOTES, sep="")
    return BROKEN if found.broken else 0


def _say(about: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"checking: {about}\n")


def _section(checked: Checked) -> Section:
    rows = tuple((each.promise, _measured(each), _promised(each), _mark(each)) for each in checked.findings)
    return Section(title=checked.about, headings=("campaigns that …", "measured", "promised", ""), rows=rows)


def _mark(finding: Finding) -> str:
    return UNDECIDED if finding.undecided else (GOALS if finding.pace else MARKS)[finding.kept]


def _measured(finding: Finding) -> str:
    if finding.low is None or finding.high is None:
        return _figure(finding, finding.measured) + (f" of {finding.n}" if finding.n else "")
    return f"{_figure(finding, finding.measured)} [{100 * finding.low:.1f}, {100 * finding.high:.1f}] of {finding.n}"


def _promised(finding: Finding) -> str:
    return "" if finding.target is None else f"{finding.bound} {_figure(finding, finding.target)}"


def _figure(finding: Finding, value: float) -> str:
    if finding.unit == "share":
        return f"{100 * value:.1f} %"
    if finding.unit == "points":
        return f"{100 * value:.1f} points"
    return f"{value:.2f}" if finding.unit == "hours" else f"{value:,.0f}"
