"""What `wardian envs` does."""

import asyncio
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson
import typer
import yaml
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from wardian.base.errors import ConfigError
from wardian.certification.certificate import Certificate
from wardian.certification.certify import certify, fingerprints
from wardian.environments.manifest import PackManifest, read_manifest
from wardian.environments.pack import Pack
from wardian.environments.packs import CERTIFICATE, available_packs, bundled_roots, find_pack, load_pack
from wardian.specs.environments import EnvironmentSpec, KnobValue

__all__ = ["Opened", "certificate_in", "check_pack", "opened", "say_fingerprints", "say_pack", "say_packs"]

SHOWN: Final = 20
"""Tasks with problems that are named; the certificate has all."""


@dataclass(frozen=True)
class Opened:
    """A pack on this machine, open."""

    name: str
    folder: Path
    manifest: PackManifest
    knobs: dict[str, KnobValue]
    pack: Pack


def opened(name: str, settings: Sequence[str]) -> Opened:
    """The pack `name` with its knobs set (`KNOB=VALUE`).

    Raises:
        ConfigError: when there is no such pack or knob.
    """
    roots = bundled_roots()
    folder = find_pack(name, roots)
    knobs = dict(_knob(setting) for setting in settings)
    pack = load_pack(EnvironmentSpec(pack=name, knobs=knobs), roots)
    return Opened(name, folder, read_manifest(folder), knobs, pack)


def say_packs(*, as_json: bool) -> None:
    """All packs, a line each."""
    rows = [(name, read_manifest(folder), _standing(name, folder)) for name, folder in _packs()]
    if as_json:
        keys = ("pack", "version", "description", "certificate")
        found = [dict(zip(keys, (name, m.version, m.description, said), strict=True)) for name, m, said in rows]
        typer.echo(orjson.dumps(found, option=orjson.OPT_INDENT_2))
        return
    table = Table("pack", "version", "certificate", "what it is")
    for name, manifest, standing in rows:
        table.add_row(name, manifest.version, standing, manifest.description)
    Console().print(table)


def say_pack(it: Opened, *, as_json: bool) -> None:
    """What is in it."""
    cards = it.pack.tasks()
    environment = it.pack.environment(cards[0].id)
    tools = {tool.name: tool.description.splitlines()[0] for tool in environment.tools()}
    environment.close()
    counts = {
        "templates": dict(Counter(card.template for card in cards)),
        "personas": dict(Counter(card.persona for card in cards)),
    }
    if as_json:
        knobs = {name: knob.model_dump(exclude_defaults=True) for name, knob in it.manifest.knobs.items()}
        head = {"pack": it.pack.name, "version": it.pack.version, "digest": it.pack.digest, "folder": str(it.folder)}
        document = {**head, "tasks": len(cards), **counts, "tools": tools, "knobs": knobs}
        typer.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2))
        return
    console = Console(highlight=False)
    console.print(f"{it.pack.name} {it.pack.version}: {it.manifest.description}", markup=False)
    console.print(f"{it.folder}  certificate: {_standing(it.name, it.folder)}", markup=False, soft_wrap=True)
    console.print(
        _rows("knob", {name: f"{knob.default}  {knob.description}" for name, knob in it.manifest.knobs.items()})
    )
    console.print(_rows("tool", tools))
    console.print(_rows(f"{len(cards)} tasks by template", counts["templates"]))
    console.print(_rows("by persona", counts["personas"]))


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
    typer.echo(orjson.dumps(asyncio.run(fingerprints(it.pack))))


def certificate_in(folder: Path) -> Certificate | None:
    """The certificate of the pack in `folder`, if there is one that can be read."""
    with suppress(OSError, ValidationError):
        return Certificate.model_validate_json((folder / CERTIFICATE).read_bytes())
    return None


async def _certified(it: Opened) -> Certificate:
    """Both processes work at the same time."""
    words = [word for name, value in it.knobs.items() for word in ("--set", f"{name}={orjson.dumps(value).decode()}")]
    other = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "wardian", "envs", "fingerprints", it.name, *words),
        env={**os.environ, "PYTHONHASHSEED": "4711"},  # what depends on the order of a set shows
        stdout=asyncio.subprocess.PIPE,
    )
    here = await fingerprints(it.pack)
    said, _ = await other.communicate()
    elsewhere = other.returncode == 0 and orjson.loads(said) == here
    return await certify(it.pack, it.knobs, elsewhere)


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


def _packs() -> Iterator[tuple[str, Path]]:
    yield from sorted(available_packs(bundled_roots()).items())


def _standing(name: str, folder: Path) -> str:
    """In a word or two, what its certificate says of the files that are there now."""
    certificate = certificate_in(folder)
    if certificate is None:
        return "none"
    try:
        digest = load_pack(EnvironmentSpec(pack=name), bundled_roots()).digest
    except ConfigError:
        return "cannot be opened"
    if certificate.digest != digest:
        return "of other files"
    return f"{len(certificate.certified)} of {len(certificate.tasks)} tasks"


def _rows(head: str, values: dict[str, object] | dict[str, str] | dict[str, int]) -> Table:
    table = Table(head, "", show_header=True)
    for name, value in values.items():
        table.add_row(name, str(value))
    return table


def _knob(setting: str) -> tuple[str, KnobValue]:
    name, equals, value = setting.partition("=")
    if not equals:
        raise ConfigError(f"--set {setting}: KNOB=VALUE is wanted")
    return name, yaml.safe_load(value)
