"""`wardian evidence`: which mistakes lost the episodes of a run."""

import asyncio
import sys
from collections.abc import Collection, Iterator

import orjson
from rich.console import Console

from wardian.base.errors import ConfigError
from wardian.base.watchdog import Watchdog
from wardian.environments.packs import bundled_roots
from wardian.optimization.evidence.evidence import Evidence
from wardian.optimization.evidence.trajectories import TrajectoryDiagnostician
from wardian.reports.failures.mending import mending_section, mending_view
from wardian.reports.failures.references import References
from wardian.reports.failures.worlds import PackWorlds
from wardian.reports.markdown import section_markdown
from wardian.runs.folder import RunFolder
from wardian.runs.rescoring import current
from wardian.scoring.finished import Finished
from wardian.scoring.outcome import SUCCESS
from wardian.specs.names import nearest

__all__ = ["show_evidence"]


def show_evidence(folder: RunFolder, arms: Collection[str], *, as_json: bool, as_markdown: bool) -> None:
    """Print what became of a run's failed episodes when their mistakes were put right.

    Args:
        folder: of the run.
        arms: whose episodes; all, where there is none.
        as_json: with excerpts.
        as_markdown: for an issue.

    Raises:
        ConfigError: when nothing of it was played yet, or nothing by one of the arms.
    """
    played = {each.result.arm for each in current(folder.latest)}
    if not played:
        raise ConfigError(f"{folder.id}: no episode has a result yet")
    for arm in arms:
        if arm not in played:
            raise ConfigError(f"{folder.id} has no arm '{arm}'; {nearest(arm, played)}")
    evidence = asyncio.run(_diagnosed(folder, arms or played))
    if as_json:
        document = {"evidence": [each.model_dump(mode="json") for each in evidence]}
        sys.stdout.buffer.write(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")
    elif as_markdown:
        sys.stdout.write(section_markdown(mending_section(evidence)))
    else:
        Console(highlight=False).print(mending_view(evidence), soft_wrap=True)


async def _diagnosed(folder: RunFolder, arms: Collection[str]) -> tuple[Evidence, ...]:
    job, watchdog = folder.job(), Watchdog()
    worlds = PackWorlds(job, References.of(job, bundled_roots(), watchdog))
    with watchdog.watching():
        episodes = [folder.load(each) for each in _telling(folder, arms)]
        return await TrajectoryDiagnostician(worlds).diagnose(episodes, 1)


def _telling(folder: RunFolder, arms: Collection[str]) -> Iterator[Finished]:
    """Those that failed, and of each task one that went well: records are large."""
    seen = set[tuple[str, str]]()
    for finished in (each for each in current(folder.latest) if each.result.arm in arms):
        task = finished.result.environment, finished.result.task
        good = bool(finished.result.values.get(SUCCESS.name))
        if not good or task not in seen:
            yield finished
        if good:
            seen.add(task)
