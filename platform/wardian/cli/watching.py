"""`wardian refine --watch`: plays the champion's own job, and refines it when it has become worse than it was.

What it was is the oldest finished run of the same agent in the same environments: nothing is kept beside the runs.
So one look is a process that ends, for cron, and many looks are the same again and again.
"""

import asyncio
import time
from collections.abc import Iterator, Mapping

import typer
from rich.console import Console

from wardian.cli.compared import Asked, compared
from wardian.cli.evaluation import evaluate
from wardian.cli.lineages import runs_beside
from wardian.cli.refined import check_refined, spec_of
from wardian.cli.refining import refine_new
from wardian.cli.starting import new_run
from wardian.environments.packs import bundled_roots, load_packs
from wardian.optimization.champion import champion_of, tools_of
from wardian.runs.folder import RunFolder
from wardian.runs.purpose import purpose_of
from wardian.scoring.result import Result
from wardian.specs.job import JobSpec

__all__ = ["watch"]


def watch(job: JobSpec, environ: Mapping[str, str], *, every_s: float | None, as_json: bool) -> None:
    """Look once, or every so many seconds until a look leads to a campaign, whose code is this command's.

    A look that was paused or interrupted ends it with the code of that.

    Args:
        job: with a `refine`; its episodes are what is looked at.
        environ: where the keys are.
        every_s: from the beginning of a look to that of the next one; None for one look.
        as_json: whether the campaign is printed as JSON.
    """
    check_refined(job)
    while True:
        began = time.monotonic()
        if _has_dropped(job, environ):
            refine_new(job, environ, as_json=as_json)
        if every_s is None:
            return
        time.sleep(max(0.0, every_s - (time.monotonic() - began)))


def _has_dropped(job: JobSpec, environ: Mapping[str, str]) -> bool:
    """Play the job, and hold it against what it was; whether a drop is shown."""
    agent, metric = _agent(job), spec_of(job).metric
    folder = new_run(job, environ)
    outcome = asyncio.run(evaluate(folder, folder.job(), environ, Console(stderr=True, quiet=True)))
    if outcome.interrupted or outcome.paused is not None:
        raise typer.Exit(outcome.exit_code)
    before = next(_earlier(folder, agent, environ), None)
    if before is None:
        _say(f"{folder.id}: the first look at '{agent}'; later ones are held against it")
        return False
    asked = Asked(arms=(agent,), max_drop=(f"{metric}=0",))
    comparison = compared((before.url, folder.url), job.output, asked, environ)
    moved = "has become worse" if not comparison.passed else "is as good as it was, as far as can be seen"
    _say(f"{folder.id}: {metric} of '{agent}' {moved} (beside {before.id})")
    return not comparison.passed


def _agent(job: JobSpec) -> str:
    return champion_of(job, asyncio.run(tools_of(job, load_packs(job, bundled_roots())))).agent


def _earlier(folder: RunFolder, agent: str, environ: Mapping[str, str]) -> Iterator[RunFolder]:
    """Runs of the same agent and environments that came to their end, the oldest first."""
    wanted = _played(folder, agent)
    for other in runs_beside(folder, environ):
        if other.id != folder.id and purpose_of(other.store) == "evaluate" and other.pause is None:
            found = _played(other, agent)
            if found and found == wanted:
                yield other


def _played(folder: RunFolder, agent: str) -> set[tuple[str, str, str, int]]:
    """What the agent was, and in which episodes it played."""
    return {_essence(each.result) for each in folder.finished() if each.result.arm == agent}


def _essence(result: Result) -> tuple[str, str, str, int]:
    return result.arm_digest, result.environment_digest, result.task, result.repeat


def _say(line: str) -> None:
    Console(stderr=True).print(line, highlight=False, soft_wrap=True)
