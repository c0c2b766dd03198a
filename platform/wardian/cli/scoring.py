"""`wardian score`: the metrics of conversations that were recorded elsewhere."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path

import orjson
import typer
from rich.console import Console
from rich.table import Table

from wardian.base.frozen import Frozen
from wardian.cli.wording import counted
from wardian.scoring.recorded import RecordedScores, score_record
from wardian.traces.files import read_transcripts
from wardian.traces.transcript import Transcript

__all__ = ["score_files"]


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
            "low": min(values),
            "high": max(values),
            "conversations": len(values),
        }
        for metric, values in found.items()
    }


def _say(lines: Sequence[_Line]) -> None:
    console = Console(highlight=False)
    table = Table("metric", "mean", "low", "high", "conversations")
    for metric, known in _means(lines).items():
        table.add_row(metric, *(f"{known[key]:.4g}" for key in ("mean", "low", "high")), f"{known['conversations']:,}")
    console.print(table)
    for line in _left_out(lines):
        console.print(line, markup=False, soft_wrap=True)
    console.print(counted(len(lines), "conversation"), markup=False)


def _left_out(lines: Sequence[_Line]) -> Iterator[str]:
    """Reason by reason, with the metrics that it keeps from having a value."""
    reasons: dict[str, dict[str, int]] = {}
    for line in lines:
        for metric, why in line.left_out.items():
            metrics = reasons.setdefault(why, {})
            metrics[metric] = metrics.get(metric, 0) + 1
    for why, metrics in reasons.items():
        most = max(metrics.values())
        where = "" if most == len(lines) else f" (in {counted(most, 'conversation')})"
        yield f"no {', '.join(metrics)}: {why}{where}"
