"""`wardian chaos`: a job is played on Ray while what plays it is killed, and the guarantees are checked."""

import asyncio
import os
import secrets
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Final

import orjson
from rich.console import Console
from rich.table import Table

from wardian.cli.executors import INSIDE_JOB
from wardian.cli.wording import counted
from wardian.environments.packs import bundled_roots, load_packs
from wardian.runs.chaos.plan import ANYWHERE, OWN_CLUSTER, dealt, parsed
from wardian.runs.chaos.trial_job import check_simulated, prepared
from wardian.runs.chaos.verdict import STOOD_STILL, Verdict
from wardian.runs.plan import Plan
from wardian.specs.job import JobSpec

__all__ = ["put_through"]

BROKEN: Final = 1
"""The exit code when a guarantee did not hold."""
AUTH_MODE: Final = "RAY_AUTH_MODE"


def put_through(job: JobSpec, seed: int, kills: int, plan: str | None, *, as_json: bool) -> int:
    """Play `job` undisturbed and disturbed, and print the verdict; the exit code.

    Raises:
        ConfigError: when a real model would be asked, or the plan cannot be read.
        InfraError: when a run could not be played to its end.
    """
    ready = prepared(job)
    check_simulated(ready)
    Plan(ready, load_packs(ready, bundled_roots()))
    spec = ready.executor
    assert spec.kind == "ray", "prepared() puts it there"  # noqa: S101
    own = spec.address == "local"
    kinds = OWN_CLUSTER if own else ANYWHERE
    faults = dealt(kills, kinds) if plan is None else parsed(plan, kinds)
    if own:
        os.environ.update(_own_token(os.environ))
    from wardian.cluster.chaos.ordeal import Chaos  # here, because Ray looks at its variables when it is imported

    with tempfile.TemporaryDirectory(prefix="wardian-chaos-") as logs:
        say = partial(Console(stderr=True).print, highlight=False, markup=False, soft_wrap=True)
        chaos = Chaos(ready, spec, Path(logs), say, inside_job=INSIDE_JOB in os.environ)
        verdict = asyncio.run(chaos.verdict(faults, seed))
    _show(verdict, as_json=as_json)
    return 0 if verdict.holds else BROKEN


def _own_token(environ: Mapping[str, str]) -> dict[str, str]:
    """Nobody else shall join a Ray of ours: whoever does can run code on it."""
    return {} if AUTH_MODE in environ else {AUTH_MODE: "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}


def _show(verdict: Verdict, *, as_json: bool) -> None:
    if as_json:
        document = {**verdict.model_dump(mode="json"), "guarantees": dict(_guarantees(verdict)), "holds": verdict.holds}
        sys.stdout.buffer.write(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")
        return
    table = Table("", "SIMULATED MODELS", "", box=None, pad_edge=False)
    for label, found, held in _rows(verdict):
        table.add_row(label, found, {True: "[green]held[/green]", False: "[red]broken[/red]", None: ""}[held])
    Console(highlight=False).print(table)


def _guarantees(verdict: Verdict) -> Iterator[tuple[str, bool]]:
    yield "G1", verdict.once
    yield "G2", verdict.bounded
    yield "G3", verdict.kept
    yield "G4", verdict.told


def _rows(verdict: Verdict) -> Iterator[tuple[str, str, bool | None]]:
    """What was looked at, what was found, and whether that is as it should be."""
    yield "faults", _faults(verdict), None
    results = f"{verdict.lost:,} of {counted(verdict.episodes, 'episode')} lost, {verdict.doubled:,} twice"
    rows = f"in the tables {verdict.lost_rows:,} missing, {verdict.doubled_rows:,} rows twice"
    yield "G1", f"{results}; {rows}", verdict.once
    again = f"{verdict.repeated:,} of {counted(verdict.calls, 'paid call')} made again, {verdict.allowed:,} allowed"
    yield "G2", f"{again}; {verdict.repeated_undisturbed:,} without faults", verdict.bounded
    ended = "stood still" if verdict.code == STOOD_STILL else f"ended with code {verdict.code}"
    yield "G3", f"{verdict.unexplained:,} of them for no reason; the run {ended}", verdict.kept
    yield "G4", f"{counted(verdict.restarted, 'episode')} restarted, {verdict.unreported:,} unreported", verdict.told
    yield "results", f"{verdict.differing:,} differ from the undisturbed run's", verdict.differing == 0
    if verdict.anew:
        yield "anew", f"{counted(verdict.anew, 'call')} of episodes that begin anew when they are broken off", None
    yield "time", f"{verdict.wall_s:.1f} s, undisturbed {verdict.undisturbed_s:.1f} s", None


def _faults(verdict: Verdict) -> str:
    done = Counter(each.fault.kind for each in verdict.struck)
    said = ", ".join(f"{kind} {number}" for kind, number in sorted(done.items())) or "none"
    return said + (f"; {verdict.missed} found nobody to strike before the run was over" if verdict.missed else "")
