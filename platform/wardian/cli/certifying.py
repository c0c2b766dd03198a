"""`wardian envs check`: play what must solve each task and what must not, say what came of it, and write it down."""

import asyncio
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import orjson
import typer
from rich.console import Console
from rich.table import Table

from wardian.base.errors import ConfigError
from wardian.base.watchdog import Watchdog
from wardian.certification.certificate import Certificate
from wardian.certification.certify import certify, fingerprints
from wardian.certification.patience import SupervisedPack
from wardian.cli.packs import Opened
from wardian.environments.packs import CERTIFICATE, files_digest

__all__ = ["check_pack", "say_fingerprints"]

SHOWN: Final = 20
"""Tasks with problems that are named; the certificate has all."""


def check_pack(it: Opened, output: Path | None, *, as_json: bool) -> int:
    """Certify it, say what came of it, and write the certificate; the exit code is 1 when it does not hold."""
    certificate = asyncio.run(_certified(it))
    path = output or (None if it.knobs else it.folder / CERTIFICATE)
    if path is not None:
        _write(path, certificate)
    if as_json:
        typer.echo(certificate.model_dump_json(indent=1))
    else:
        _say(certificate, path)
    return int(not certificate.holds)


def say_fingerprints(it: Opened) -> None:
    """One for each task, as JSON."""

    async def watched() -> list[str]:
        watchdog = Watchdog()
        with watchdog.watching():
            return await fingerprints(SupervisedPack(it.pack, watchdog))

    typer.echo(orjson.dumps(asyncio.run(watched())))


async def _certified(it: Opened) -> Certificate:
    """Both processes work at the same time."""
    words = [word for name, value in it.knobs.items() for word in ("--set", f"{name}={orjson.dumps(value).decode()}")]
    other = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "wardian", "envs", "fingerprints", it.name, *words),
        env={**os.environ, "PYTHONHASHSEED": "4711"},  # what depends on the order of a set shows
        stdout=asyncio.subprocess.PIPE,
    )
    watchdog = Watchdog(lambda hang: sys.stderr.write(f"wardian: {hang}\n"))
    with watchdog.watching():
        pack = SupervisedPack(it.pack, watchdog)
        here = await fingerprints(pack)
        said, _ = await other.communicate()
        elsewhere = other.returncode == 0 and orjson.loads(said) == here
        return await certify(pack, it.knobs, files_digest(it.folder), elsewhere)


def _write(path: Path, certificate: Certificate) -> None:
    try:
        path.write_text(certificate.model_dump_json(indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written ({error.strerror}); name another place with --output") from None


def _say(certificate: Certificate, path: Path | None) -> None:
    tasks = certificate.tasks
    mutants, survivors = sum(each.mutants for each in tasks), sum(len(each.survivors) for each in tasks)
    table = Table(f"{certificate.pack} {certificate.version}", "found", "wanted")
    for what, found, wanted in (
        ("the reference solves", sum(each.reference for each in tasks), len(tasks)),
        ("the same twice", sum(each.deterministic for each in tasks), len(tasks)),
        ("the same in another process", len(tasks) if certificate.elsewhere else 0, len(tasks)),
        ("who does nothing solves", sum(each.idle for each in tasks), 0),
        ("who hands everything over solves", sum(each.hand_off for each in tasks), 0),
        ("who repeats what was said solves", sum(each.echo for each in tasks), 0),
        ("who acts at random solves", sum(each.random for each in tasks), 0),
        ("mistakes in the reference that are noticed", mutants - survivors, mutants),
        ("independent calls whose order matters", sum(len(each.order) for each in tasks), 0),
    ):
        style = "" if found == wanted else "yellow"
        table.add_row(what, f"{found:,}", f"{wanted:,}", style=style)
    console = Console(highlight=False)
    console.print(table)
    for line in _problems(certificate):
        console.print(line, markup=False, soft_wrap=True)
    holds = "certified" if certificate.holds else f"{len(certificate.certified)} of {len(tasks)} tasks are certified"
    console.print(f"{certificate.pack}: {holds}" + (f"; {path}" if path else ""), markup=False, soft_wrap=True)


def _problems(certificate: Certificate) -> Iterator[str]:
    yield from certificate.problems
    wrong = [each for each in certificate.tasks if each.problems]
    for each in wrong[:SHOWN]:
        yield f"{each.task}: {'; '.join(each.problems)}"
    if len(wrong) > SHOWN:
        yield f"and {len(wrong) - SHOWN} more"
