"""`wardian score`: the metrics of conversations that were recorded elsewhere."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import orjson
import typer
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from wardian.base.frozen import Frozen
from wardian.cli.wording import counted
from wardian.reports.numerals import number
from wardian.scoring.catalogue import CATALOGUE
from wardian.scoring.recorded import RecordedScores, score_record
from wardian.traces.files import read_transcripts
from wardian.traces.transcript import Transcript

__all__ = ["score_files"]

UNITS: Final = {metric.name: metric.unit for metric in CATALOGUE}


class _Line(Frozen):
    """One conversation in numbers; a value None: the metric does not apply to it."""

    id: str
    task: str | None
    file: str
    values: dict[str, float | None]
    left_out: dict[str, str]

    @classmethod
    def of(cls, file: Path, transcript: Transcript, scored: RecordedScores) -> "_Line":
        values = {score.metric: score.value for score in scored.scores}
        return cls(id=transcript.id, task=transcript.task, file=str(file), values=values, left_out=scored.left_out)


def score_files(files: Sequence[Path], *, as_json: bool) -> None:
    """Print the metrics that follow from the records in `files`, and why the others do not.

    Raises:
        ConfigError: when there is nothing to read.
    """
    lines = asyncio.run(_score(files))
    if as_json:
        document = {"conversations": [line.model_dump() for line in lines], "metrics": _means(lines)}
        typer.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2))
    else:
        _say(lines)


async def _score(files: Sequence[Path]) -> list[_Line]:
    """A few numbers of each conversation are kept, the conversations are not."""
    return [
        _Line.of(file, transcript, await score_record(transcript))
        for file in files
        for transcript in read_transcripts(file)
    ]


def _means(lines: Sequence[_Line]) -> dict[str, dict[str, float | int]]:
    found: dict[str, list[float]] = {}
    for line in lines:
        for metric, value in line.values.items():
            if value is not None:
                found.setdefault(metric, []).append(value)
    return {
        metric: {
            "mean": sum(values) / len(values),
            "min": min(values),
            "max": max(values),
            "conversations": len(values),
        }
        for metric, values in found.items()
    }


def _say(lines: Sequence[_Line]) -> None:
    console = Console(highlight=False)
    table = Table("metric", "mean", "min", "max", "conversations")
    for metric, known in _means(lines).items():
        numbers = (number(known[key], UNITS[metric], like=known["max"]) for key in ("mean", "min", "max"))
        table.add_row(metric, *numbers, f"{known['conversations']:,}")
    console.print(table)
    for why, metrics in _left_out(lines):
        console.print(f"left out: {why}", markup=False, soft_wrap=True)
        console.print(Padding(Text(metrics), (0, 0, 0, 4)))
    console.print(counted(len(lines), "conversation"), markup=False)


def _left_out(lines: Sequence[_Line]) -> Iterator[tuple[str, str]]:
    """Reason by reason, with the metrics that it keeps from having a value."""
    reasons: dict[str, dict[str, int]] = {}
    for line in lines:
        for metric, why in line.left_out.items():
            metrics = reasons.setdefault(why, {})
            metrics[metric] = metrics.get(metric, 0) + 1
    for why, metrics in reasons.items():
        most = max(metrics.values())
        where = "" if most == len(lines) else f" (in {counted(most, 'conversation')})"
        yield f"{why}{where}", ", ".join(metrics)
