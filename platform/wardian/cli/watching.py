"""`wardian refine --watch`: plays the champion's own job, and refines it when it has become worse than it was.

What it was is the oldest finished run of the same episodes: nothing is kept beside the runs. So one look is a process
that ends, for cron, and many looks are the same again and again.
"""

import asyncio
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from functools import partial
from typing import NoReturn

import orjson
from rich.console import Console

from wardian.base.errors import ConfigError
from wardian.cli.compared import Asked, compared
from wardian.cli.evaluation import evaluate
from wardian.cli.lineages import runs_beside
from wardian.cli.look import Look, Seen
from wardian.cli.refined import check_refined, spec_of
from wardian.cli.refining import refine_new
from wardian.cli.results import Outcome
from wardian.cli.starting import new_run
from wardian.runs.folder import RunFolder
from wardian.runs.purpose import purpose_of
from wardian.scoring.result import Result
from wardian.specs.job import JobSpec

__all__ = ["watch"]

Loading = Callable[[], AbstractContextManager[JobSpec]]


def watch(loading: Loading, environ: Mapping[str, str], *, every_s: float | None, as_json: bool) -> NoReturn:
    """Look once, or every so many seconds until a look leads to a campaign, whose code is this command's.

    A look that was paused or interrupted ends it with the code of that.

    Args:
        loading: reads the config, before each look: a promotion, or whoever has edited a prompt, is seen by the next.
        environ: where the keys are.
        every_s: from the beginning of a look to that of the next one; None for one look.
        as_json: whether what was seen, or the campaign that it led to, is printed as JSON.
    """
    while True:
        began = time.monotonic()
        with loading() as job:
            look = _look(job, environ)
            _say(look, as_json=as_json)
            if look.finding == "worse":
                refine_new(job, environ, as_json=as_json)
        if every_s is None or look.broken_off:
            sys.exit(look.exit_code)
        time.sleep(max(0.0, every_s - (time.monotonic() - began)))


def _say(look: Look, *, as_json: bool) -> None:
    """To a person on stderr; a campaign prints its own document."""
    Console(stderr=True).print(look.line, highlight=False, soft_wrap=True)
    if as_json and look.finding != "worse":
        sys.stdout.buffer.write(orjson.dumps(look.model_dump(mode="json"), option=orjson.OPT_INDENT_2) + b"\n")
        sys.stdout.buffer.flush()


def _look(job: JobSpec, environ: Mapping[str, str]) -> Look:
    """Play the job, and hold it against what it was."""
    agent, spec = check_refined(job).agent, spec_of(job)
    folder = new_run(job, environ)
    outcome = _played(folder, environ)
    look = partial(Look, run=folder.id, folder=str(folder.path), url=folder.elsewhere, agent=agent, metric=spec.metric)
    if outcome.interrupted or outcome.paused is not None:
        why = outcome.pause_line or "interrupted"
        return look(finding="broken_off", exit_code=outcome.exit_code, why=why)
    seen = Seen.of(agent, _results(folder))
    if not seen.enough(spec.gate.coverage):
        why = f"{seen.scored} of {len(seen.episodes)} episodes have a score"
        return look(finding="untold", exit_code=outcome.exit_code, why=why)
    before = _earlier(folder, seen, agent, spec.gate.coverage, environ)
    if before is None:
        return look(finding="first")
    asked = Asked(arms=(agent,), max_drop=(f"{spec.metric}=0",))
    comparison = compared((before.url, folder.url), job.output, asked, environ)
    worse = any(ruling.finding == "broken" for ruling in comparison.rulings)
    return look(finding="worse" if worse else "as_good", before=before.id)


def _played(folder: RunFolder, environ: Mapping[str, str]) -> Outcome:
    try:
        return asyncio.run(evaluate(folder, folder.job(), environ, Console(stderr=True, quiet=True)))
    except (ConfigError, ExceptionGroup):
        folder.discard_if_unplayed()
        raise


def _earlier(
    folder: RunFolder, seen: Seen, agent: str, coverage: float, environ: Mapping[str, str]
) -> RunFolder | None:
    """The oldest run of the same episodes of which enough have a score; only what both have is compared."""
    for other in runs_beside(folder, environ):
        if other.id != folder.id and purpose_of(other.store) == "evaluate" and other.pause is None:
            before = Seen.of(agent, _results(other))
            if before.episodes == seen.episodes and before.enough(coverage):
                return other
    return None


def _results(folder: RunFolder) -> Iterator[Result]:
    return (each.result for each in folder.latest())
