"""`wardian envs list` and `show`: which packs there are, and what is in them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson
import typer
from rich.console import Console
from rich.table import Table

from wardian.base.errors import ConfigError
from wardian.base.frozen import Frozen
from wardian.certification.standing import Standing
from wardian.environments.manifest import Knob, PackManifest, read_manifest
from wardian.environments.pack import Pack
from wardian.environments.packs import available_packs, bundled_roots, find_pack, load_pack
from wardian.specs.environments import EnvironmentSpec, KnobValue
from wardian.specs.parsing import parse
from wardian.specs.places import refusal
from wardian.specs.words import show

__all__ = ["Opened", "opened", "say_pack", "say_packs"]


@dataclass(frozen=True)
class Opened:
    """A pack on this machine, open."""

    name: str
    folder: Path
    manifest: PackManifest
    knobs: dict[str, KnobValue]
    pack: Pack


class Line(Frozen):
    """A pack in the list of all."""

    pack: str
    version: str
    description: str
    certificate: str


class Sheet(Frozen):
    """What is in a pack: tools with their descriptions, how many tasks of which template and persona, knobs."""

    pack: str
    version: str
    description: str
    digest: str
    folder: Path
    certificate: str
    tasks: int
    templates: dict[str, int]
    personas: dict[str, int]
    tools: dict[str, str]
    knobs: dict[str, Knob]


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
    lines = list(_lines())
    if as_json:
        found = [line.model_dump() for line in lines]
        typer.echo(orjson.dumps(found, option=orjson.OPT_INDENT_2))
        return
    table = Table("pack", "version", "certificate", "what it is")
    for line in lines:
        table.add_row(line.pack, line.version, line.certificate, line.description)
    Console().print(table)


def _lines() -> Iterator[Line]:
    for name, folder in sorted(available_packs(bundled_roots()).items()):
        manifest, standing = read_manifest(folder), Standing.of(folder)
        yield Line(pack=name, version=manifest.version, description=manifest.description, certificate=standing.words)


def say_pack(it: Opened, *, as_json: bool) -> None:
    """What is in it."""
    sheet = _sheet(it)
    if as_json:
        typer.echo(sheet.model_dump_json(indent=2, exclude_defaults=True))
        return
    console = Console(highlight=False)
    console.print(f"{sheet.pack} {sheet.version}: {sheet.description}", markup=False)
    console.print(f"{sheet.folder}  certificate: {sheet.certificate}", markup=False, soft_wrap=True)
    knobs = [(name, f"{knob.default}  {knob.description}") for name, knob in sheet.knobs.items()]
    counts = [(name, str(count)) for name, count in sheet.templates.items()]
    for head, rows in (
        ("knob", knobs),
        ("tool", sheet.tools.items()),
        (f"{sheet.tasks} tasks by template", counts),
        ("by persona", [(name, str(count)) for name, count in sheet.personas.items()]),
    ):
        console.print(_table(head, rows))


def _sheet(it: Opened) -> Sheet:
    cards = it.pack.tasks()
    environment = it.pack.environment(cards[0].id)
    tools = {tool.name: tool.headline for tool in environment.tools()}
    environment.close()
    return Sheet(
        pack=it.pack.name,
        version=it.pack.version,
        description=it.manifest.description,
        digest=it.pack.digest,
        folder=it.folder,
        certificate=Standing.of(it.folder).words,
        tasks=len(cards),
        templates=Counter(card.template for card in cards),
        personas=Counter(card.persona for card in cards),
        tools=tools,
        knobs=it.manifest.knobs,
    )


def _table(head: str, rows: Iterable[tuple[str, str]]) -> Table:
    table = Table(head, "")
    for name, value in rows:
        table.add_row(name, value)
    return table


def _knob(setting: str) -> tuple[str, KnobValue]:
    name, equals, text = setting.partition("=")
    if not equals:
        raise ConfigError(f"--set {setting}: KNOB=VALUE is wanted")
    document = parse(text, source=f"--set {name}", environ=None, numbered=False)
    if document.problems:
        raise refusal(document.problems)
    if not isinstance(document.value, KnobValue):
        raise ConfigError(f"--set {name}: a knob is a text, a number, true or false, not {show(document.value)}")
    return name, document.value
