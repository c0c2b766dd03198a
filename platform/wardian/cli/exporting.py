"""`wardian export`: a run in the formats of others."""

import asyncio
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson
import typer

from wardian.base.errors import ConfigError
from wardian.base.watchdog import Watchdog
from wardian.certification.patience import SupervisedPack
from wardian.cli.wording import counted
from wardian.environments.packs import bundled_roots, load_packs
from wardian.reports.exports import FORMATS, WITH_TOOLS, Exported, Format, open_export
from wardian.runs.folder import RunFolder
from wardian.runs.rescoring import current
from wardian.runs.toolsets import Toolsets
from wardian.scoring.condition import Condition
from wardian.scoring.finished import Finished
from wardian.specs.job import JobSpec
from wardian.specs.names import nearest

__all__ = ["Wanted", "export_run", "toolsets_of"]

ENDINGS: Final[dict[Format, str]] = {
    "inspect": "inspect",
    "inspect-json": "inspect-json",
    "atif": "atif",
    "openai": "openai.jsonl",
    "finetune": "finetune.jsonl",
    "otlp": "otlp.jsonl",
    "answers": "answers.jsonl",
}


@dataclass(frozen=True)
class Wanted:
    """What somebody asks for.

    Args:
        form: the format's name.
        to: the file or folder; by default named after run and format, in the working directory.
        where: conditions that all must be met.
        arms: of these alone, if there are any.
    """

    form: str
    to: Path | None = None
    where: Sequence[str] = ()
    arms: Sequence[str] = ()


def export_run(folder: RunFolder, wanted: Wanted, *, as_json: bool) -> None:
    """Write the finished episodes of a run that are wanted.

    Raises:
        ConfigError: when something of what is wanted is not there, or the target cannot be written.
    """
    form = next((known for known in FORMATS if known == wanted.form), None)
    if form is None:
        raise ConfigError(f"there is no format '{wanted.form}'; {nearest(wanted.form, FORMATS)}")
    job = folder.job()
    target = wanted.to or Path(f"{folder.id}.{ENDINGS[form]}")
    chosen = _Chosen(folder, job, wanted)
    written = asyncio.run(_write(form, target, chosen, Exported(run=folder.id, job=job)))
    if as_json:
        typer.echo(orjson.dumps({"run": folder.id, "format": form, "to": str(target), "episodes": written}))
    else:
        typer.echo(f"{target}: {counted(written, 'episode')}")


async def _write(form: Format, target: Path, chosen: "_Chosen", what: Exported) -> int:
    watchdog = Watchdog()
    toolsets = toolsets_of(what.job, watchdog) if form in WITH_TOOLS else None
    written = 0
    with watchdog.watching(), open_export(form, target, what) as add:
        for finished in chosen:
            scored = chosen.folder.load(finished)
            tools = () if toolsets is None else await toolsets.of(scored.episode.spec)
            add(scored, tools)
            written += 1
        if not written:
            raise ConfigError(f"{what.run}: no finished episode is chosen{chosen.hint}")
    return written


def toolsets_of(job: JobSpec, watchdog: Watchdog) -> Toolsets | None:
    """Where tools are found; None, and a line that says so, when the packs are not here any more."""
    try:
        packs = load_packs(job, bundled_roots())
        return Toolsets(job, {name: SupervisedPack(pack, watchdog) for name, pack in packs.items()})
    except ConfigError as error:
        sys.stderr.write(f"wardian: without tools: {error}\n")
        return None


class _Chosen:
    """The finished episodes that are wanted, one in memory at a time."""

    def __init__(self, folder: RunFolder, job: JobSpec, wanted: Wanted) -> None:
        self.folder = folder
        self._conditions = [Condition.parse(text) for text in wanted.where]
        self._arms = set(wanted.arms)
        self._metrics: set[str] = set()
        played = (finished.result.arm for finished in current(folder.finished)) if wanted.arms else ()
        known = dict.fromkeys([*(agent.name for agent in job.agents), *played])
        for arm in wanted.arms:
            if arm not in known:
                raise ConfigError(f"the run has no arm '{arm}'; {nearest(arm, known)}")

    def __iter__(self) -> Iterator[Finished]:
        for finished in current(self.folder.finished):
            values = finished.result.values
            self._metrics.update(values)
            met = all(condition.met(values) for condition in self._conditions)
            if met and (not self._arms or finished.result.arm in self._arms):
                yield finished

    @property
    def hint(self) -> str:
        """A metric that no episode has, which is the likely reason when none is chosen."""
        unknown = [each.metric for each in self._conditions if each.metric not in self._metrics]
        return f": none has a value for '{unknown[0]}'; {nearest(unknown[0], self._metrics)}" if unknown else ""
