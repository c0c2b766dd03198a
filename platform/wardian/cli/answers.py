"""The file of answers that a run of prompts leaves beside its tables."""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Final

from rich.console import Console

from wardian.base.errors import ConfigError
from wardian.environments.packs import bundled_roots, load_packs
from wardian.runs.folder import RunFolder
from wardian.runs.rescoring import current
from wardian.scoring.finished import Finished
from wardian.specs.job import JobSpec

__all__ = ["ANSWERS", "answers_renewed", "answers_written"]

ANSWERS: Final = "answers.jsonl"


@contextmanager
def answers_written(folder: RunFolder, *, quiet: bool) -> Iterator[None]:
    """Whatever ends the block, the answers that the run has by then are written; `resume` renews them."""
    target = folder.path / ANSWERS
    target.touch()  # whoever goes on with the run knows that answers are wanted
    try:
        yield
    finally:
        if folder.path.is_dir() and not folder.unplayed:
            count = _write(folder, target)
            if not quiet:
                Console().print(f"[bold]answers[/]  {os.path.relpath(target)} ({count:,})", highlight=False)


def answers_renewed(folder: RunFolder, *, quiet: bool) -> AbstractContextManager[None]:
    """The same for a run that is gone on with, if it has left answers before."""
    return answers_written(folder, quiet=quiet) if (folder.path / ANSWERS).exists() else nullcontext()


def _write(folder: RunFolder, target: Path) -> int:
    """Write the newest answers; an older file is replaced as soon as the new one is whole."""
    from wardian.reports.exports import Exported, open_export

    whole, job = target.with_suffix(".new"), folder.job()
    whole.unlink(missing_ok=True)
    chosen = _in_order(list(current(folder.finished)), job)
    with open_export("answers", whole, Exported(run=folder.id, job=job)) as add:
        for finished in chosen:
            add(folder.load(finished), ())
    whole.replace(target)
    return len(chosen)


def _in_order(results: list[Finished], job: JobSpec) -> list[Finished]:
    """Arm by arm in the order of the prompts; as they came where the prompts are not here any more."""
    try:
        packs = load_packs(job, bundled_roots())
    except ConfigError:
        return results
    tasks = [(name, card.id) for name, pack in packs.items() for card in pack.tasks()]
    place = {task: number for number, task in enumerate(tasks)}
    arms = {agent.name: number for number, agent in enumerate(job.agents)}

    def order(finished: Finished) -> tuple[int, int, int]:
        result = finished.result
        return arms.get(result.arm, len(arms)), place.get((result.environment, result.task), -1), result.repeat

    return sorted(results, key=order)
