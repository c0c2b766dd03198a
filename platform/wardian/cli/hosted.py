"""Runs that belong to a cluster: an actor plays them, and whoever typed the command only follows."""

import asyncio
import json
import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final, NoReturn

import typer
from rich.console import Console

from wardian.base.clock import SystemClock
from wardian.base.errors import ConfigError, CredentialError, InfraError, WardianError
from wardian.cli.evaluation import evaluate
from wardian.cli.executors import INSIDE_JOB
from wardian.cli.exits import AUTH, USAGE, exit_code, of_purpose
from wardian.cli.interruption import CODES
from wardian.cli.opened_run import Host
from wardian.cli.results import recorded, show_outcome
from wardian.cluster.coordinator import Ending, check_free, coordinated, start_coordinator
from wardian.cluster.exporter import ExporterSink
from wardian.cluster.lifeline import FORGOTTEN_S
from wardian.cluster.session import ray_session
from wardian.environments.packs import bundled_roots
from wardian.episodes.record import AgentRef, EnvironmentRef
from wardian.output import open_run
from wardian.runs.executor import Sink
from wardian.runs.folder import RunFolder
from wardian.runs.journal import manifest_logs
from wardian.runs.plan import Plan
from wardian.runs.sharing import SharingSink
from wardian.runs.tail import ManifestTail
from wardian.scoring.finished import Finished
from wardian.specs.job import JobSpec, RayExecutorSpec
from wardian.storage.parquet_sink import ParquetSink

__all__ = ["hand_over", "play_on_cluster"]

LOG: Final = "run.log"
MISTAKE: Final = "wardian: "
SPARE: Final = 1.5
"""So many times as long as a store takes at least to be certain that a process is dead."""
GLANCE_S: Final = 0.3
KINDS: Final = {USAGE: ConfigError, AUTH: CredentialError}
"""What kind of error the code of a run that could not go on stands for."""


def hand_over(folder: RunFolder, job: JobSpec, environ: Mapping[str, str], *, as_json: bool) -> None:
    """Let the cluster play the run, and return as soon as it does."""
    with ray_session(_executor(job), inside_job=INSIDE_JOB in environ):
        start_coordinator(folder.id, partial(play_here, bundled_roots()), folder.url)
        asyncio.run(_begun(folder))
    if as_json:
        typer.echo(json.dumps({"run": folder.id, "folder": str(folder.path), "url": folder.elsewhere}))
        return
    typer.echo(f"{folder.id}: is played by the cluster ({folder.logs / LOG})")
    for command in ("status", "attach", "pause", "cancel"):
        typer.echo(f"  wardian {command} {shlex.quote(folder.argument)}")


def play_on_cluster(folder: RunFolder, job: JobSpec, environ: Mapping[str, str], *, as_json: bool) -> NoReturn:
    """Let the cluster play the run, follow it to its end, print the outcome, and exit with its code.

    The first Ctrl-C or SIGTERM pauses the run, the second one cancels it. If this process just disappears, the run
    goes on.
    """
    said = _Log(folder.logs / LOG)
    with ray_session(_executor(job), inside_job=INSIDE_JOB in environ):
        check_free(folder.id)  # who is refused changes nothing
        folder.record(job)
        folder.ask_to_stop(None)
        start_coordinator(folder.id, partial(play_here, bundled_roots()), folder.url)
        ending, interrupted = asyncio.run(_followed(folder, said))
    said.show()
    if ending.error:
        raise KINDS.get(ending.code, InfraError)(ending.error)
    outcome = recorded(folder).model_copy(update={"interrupted": interrupted})
    show_outcome(outcome, as_json=as_json)
    sys.exit(interrupted or ending.code)


async def play_here(roots: Sequence[Path], url: str, restored: bool) -> Ending:
    """What the coordinator does: play the run whose store is at `url`, and say how it ended.

    `restored`: an earlier coordinator was lost, and may hold the run where nobody sees it.
    """
    folder = open_run(url, os.environ)
    patience_s = SPARE * folder.store.stale_s + (FORGOTTEN_S if restored else 0.0)
    folder.logs.mkdir(parents=True, exist_ok=True)
    with open(folder.logs / LOG, "a", encoding="utf-8", buffering=1) as log:  # noqa: ASYNC230  (opened once)
        console, host = Console(file=log, width=200), Host(roots, _tables, patience_s, restored)
        try:
            outcome = await evaluate(folder, folder.job(), os.environ, console, host=host)
        except (WardianError, ExceptionGroup) as error:
            purpose = of_purpose(error)
            if purpose is None:
                raise
            console.print(f"{MISTAKE}{purpose}", highlight=False, soft_wrap=True)
            return Ending(code=exit_code(purpose), error=str(purpose))
    return Ending(code=outcome.exit_code)


def _tables(folder: RunFolder, plan: Plan) -> Sink:
    before = tuple(manifest_logs(folder.store))
    return ExporterSink(partial(_open_tables, folder.url, plan.environments, plan.agents, before))


def _open_tables(
    url: str, environments: Sequence[EnvironmentRef], arms: Sequence[AgentRef], before: Sequence[str]
) -> tuple[ManifestTail, Sequence[Sink]]:
    """What the exporter does: tables of the results that the plan has."""
    folder = open_run(url, os.environ)
    parquet = ParquetSink(folder.tables, folder.id, SystemClock(), folder.load)
    tables = SharingSink(parquet, folder, _complain, "tables")
    return ManifestTail(folder.store, before, partial(_planned, environments, arms)), (tables,)


def _complain(line: str) -> NoReturn:
    """Nobody finds tables on the machine of an exporter."""
    raise InfraError(line)


def _planned(environments: Sequence[EnvironmentRef], arms: Sequence[AgentRef], finished: Finished) -> bool:
    return finished.result.planned(environments, arms)


def _executor(job: JobSpec) -> RayExecutorSpec:
    assert job.executor.kind == "ray", "only Ray can host a run"  # noqa: S101
    return job.executor


async def _begun(folder: RunFolder) -> None:
    """Return when the run plays, or with the mistake that keeps it from that.

    Raises:
        ConfigError: or another error of the run.
    """
    ended = asyncio.ensure_future(coordinated(folder.id, shlex.quote(folder.argument)))
    while not folder.begun:
        done, _ = await asyncio.wait({ended}, timeout=GLANCE_S)
        if done:
            break
    if ended.done() and ended.result().error:
        raise KINDS.get(ended.result().code, InfraError)(ended.result().error)
    ended.cancel()


async def _followed(folder: RunFolder, said: "_Log") -> tuple[Ending, int]:
    """Print what the run says until it ends; how that was, and the code of a signal that we got."""
    stopped: list[int] = []

    def stop(code: int) -> None:
        folder.ask_to_stop("cancel" if stopped else "pause")
        stopped.append(code)

    loop = asyncio.get_running_loop()
    for received, code in CODES.items():
        loop.add_signal_handler(received, stop, code)
    async with asyncio.TaskGroup() as group:
        saying = group.create_task(said.show_on())
        ending = await coordinated(folder.id, shlex.quote(folder.argument))
        saying.cancel()
    return ending, stopped[0] if stopped else 0


class _Log:
    """What a run says from now on, on stderr; but for the mistake that ended it, which its coordinator tells."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._shown = path.stat().st_size if path.exists() else 0

    async def show_on(self) -> None:
        """Show what comes, until cancelled."""
        while True:
            self.show()
            await asyncio.sleep(GLANCE_S)

    def show(self) -> None:
        """Show what has come."""
        if self._path.exists():
            with open(self._path, "rb") as log:
                log.seek(self._shown)
                said = log.read()
            self._shown += len(said)
            lines = said.decode(errors="replace").splitlines(keepends=True)
            sys.stderr.writelines(line for line in lines if not line.startswith(MISTAKE))
            sys.stderr.flush()
