"""Runs that go on without a terminal: started, followed, stopped.

A detached run is a new run folder and a process that resumes it. Whoever follows or stops it needs the run's store and
nothing else, so that also works from another machine that sees the same disk or bucket.
"""

import json
import shlex
import subprocess
import sys
import time
from collections.abc import Callable

import typer

from wardian.base.clock import SystemClock
from wardian.base.errors import ConfigError, CredentialError, InfraError
from wardian.cli.exits import AUTH, USAGE
from wardian.cli.interruption import DRAIN_S
from wardian.cli.results import recorded, show_outcome
from wardian.cli.status import look, show_status
from wardian.runs.folder import RunFolder, StopRequest

__all__ = ["detach", "follow", "goes_on", "stop"]

EVERY_S = 0.2
START_S = 60.0
"""How long a process may take until it plays; Ray takes up to a quarter of that."""
KINDS = {USAGE: ConfigError, AUTH: CredentialError}
"""What kind of error the code of a process that could not begin stands for."""
END_S = DRAIN_S + 90.0
"""How long a run may take to close after its last episode: MLflow is given a minute."""


def detach(folder: RunFolder, *, as_json: bool) -> None:
    """Start a process for the run in `folder`, wait until it plays, and leave it alone; say where it is.

    Raises:
        ConfigError: when it ends before that because of something that the user must mend; with its last words.
        InfraError: when it ends before that for another reason.
    """
    log = folder.logs / "run.log"
    with open(log, "wb") as words:
        child = subprocess.Popen(  # noqa: S603  (this interpreter, our own command)
            [sys.executable, "-m", "wardian", "resume", folder.url],
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # a closed terminal ends its own session only
        )
    _wait(lambda: folder.begun or child.poll() is not None, START_S)
    if child.poll() and not folder.begun:
        last = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:] or ["it said nothing"]
        folder.discard_if_unplayed()
        kind = KINDS.get(child.returncode, InfraError)
        raise kind(f"{folder.id} did not start: {last[0].removeprefix('wardian: ')}")
    if as_json:
        where = {"folder": str(folder.path), "url": folder.elsewhere}
        typer.echo(json.dumps({"run": folder.id, **where, "pid": child.pid}))
        return
    typer.echo(f"{folder.id}: plays on its own (pid {child.pid}, {log})")
    for command in ("status", "attach", "pause", "cancel"):
        typer.echo(f"  wardian {command} {shlex.quote(folder.argument)}")


def follow(folder: RunFolder, *, as_json: bool) -> int:
    """Show how the run goes on until it ends, then its results; the exit code is the run's.

    Raises:
        ConfigError: when it was never played.
    """
    if folder.played:
        _wait(lambda: folder.begun, START_S)
    while folder.played and not _goes_on(folder):  # it has just been resumed, and its status is still the old one
        time.sleep(EVERY_S)
    if _goes_on(folder):
        if not as_json:
            show_status(folder, as_json=False, watch=True)
        _wait(lambda: not _goes_on(folder), float("inf"))
    _wait(lambda: not folder.played, END_S)
    outcome = recorded(folder)
    show_outcome(outcome, as_json=as_json)
    return outcome.exit_code


def stop(folder: RunFolder, how: StopRequest) -> None:
    """Ask the run to stop, and wait until it has.

    Raises:
        ConfigError: when nobody plays it.
        InfraError: when it goes on all the same.
    """
    typed = shlex.quote(folder.argument)
    if not goes_on(folder):
        raise ConfigError(f"{folder.id} is not being played; `wardian status {typed}` says how it ended")
    folder.ask_to_stop(how)
    if not _wait(lambda: not goes_on(folder), END_S):
        raise InfraError(f"{folder.id} has not stopped within {END_S:.0f} s; is its process stuck?")
    typer.echo(f"{folder.id}: stopped; `wardian resume {typed}` plays the rest")


def goes_on(folder: RunFolder) -> bool:
    """Whether somebody plays the run."""
    return folder.played or _goes_on(folder)


def _goes_on(folder: RunFolder) -> bool:
    """Whether there may be more to see, also while a cluster starts the run's process again."""
    return folder.begun and look(folder, SystemClock()).goes_on


def _wait(until: Callable[[], bool], longest_s: float) -> bool:
    """Whether `until` came true in time."""
    ends = time.monotonic() + longest_s
    while not (done := until()) and time.monotonic() < ends:
        time.sleep(EVERY_S)
    return done
