"""`wardian envs fidelity`: how close a pack is to what was recorded in production."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import orjson
import typer
from rich.console import Console
from rich.table import Table

from wardian.cli.wording import counted
from wardian.environments.pack import Pack
from wardian.fidelity.report import Divergence, FidelityReport, ToolFidelity
from wardian.fidelity.survey import survey
from wardian.traces.files import read_traces

__all__ = ["compare_with_traces"]

SHOWN: Final = 80
"""Characters of a differing value."""


def compare_with_traces(pack: Pack, traces: Path, ignore: Sequence[str], *, as_json: bool) -> int:
    """Make the recorded calls again and say what came of it; the exit code is 1 when anything differs.

    Raises:
        ConfigError: when there are no traces to read.
    """
    report = asyncio.run(survey(pack, read_traces(traces), frozenset(ignore)))
    if as_json:
        document = {**report.model_dump(mode="json"), "clean": report.clean}
        typer.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2))
    else:
        _say(report)
    return int(not report.clean)


def _say(report: FidelityReport) -> None:
    console = Console(highlight=False)
    table = Table("tool", "calls", "exact", "shape", "error class")
    for each in report.tools:
        numbers = [f"{number:,}" for number in (each.calls, each.exact, each.shape, each.error_class)]
        perfect = each.exact == each.calls and not each.drift.found
        table.add_row(
            each.tool, *(numbers if each.known else [numbers[0], "-", "-", "-"]), style="" if perfect else "yellow"
        )
    console.print(table)
    for line in _lines(report):
        console.print(line, markup=False, soft_wrap=True)
    of = f"{counted(report.calls, 'call')} in {counted(report.traces, 'conversation')}"
    console.print(f"{report.pack}: {'clean' if report.clean else 'differs'}; {of}", markup=False, soft_wrap=True)


def _lines(report: FidelityReport) -> Iterator[str]:
    for each in report.tools:
        if not each.known:
            yield f"{each.tool}: the pack has no such tool"
        yield from _drift(each)
        if each.known and each.first is not None:
            yield f"{each.tool}: first differs {_where(each.first)}"
    if report.first is not None:
        yield f"first divergence: {report.first.tool}, {_where(report.first)}"
    if report.untried:
        yield f"no trace calls {', '.join(report.untried)}"


def _drift(each: ToolFidelity) -> Iterator[str]:
    drift = each.drift
    for theirs, mine in drift.renamed.items():
        yield f"{each.tool}: the field {theirs} is called {mine} in the pack"
    for names, what in (
        (drift.only_traced, "only production has the field"),
        (drift.only_ours, "only the pack has the field"),
        (drift.arguments_only_traced, "only production gives the argument"),
        (drift.arguments_only_ours, "only the pack demands the argument"),
    ):
        for name in names:
            yield f"{each.tool}: {what} {name}"


def _where(first: Divergence) -> str:
    place = f" at {first.path}" if first.path else ""
    return f"in {first.trace}, call {first.number}{place}: {_short(first.traced)} became {_short(first.ours)}"


def _short(value: object) -> str:
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
