"""A pack before it is written: what goes into which file."""

import csv
import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import orjson
import yaml

from wardian.base.errors import ConfigError
from wardian.building.modelling import Modelled
from wardian.building.trial import unsound_templates
from wardian.environments.manifest import MANIFEST
from wardian.environments.pack import Pack
from wardian.environments.packs import load_pack
from wardian.specs.environments import EnvironmentSpec

__all__ = ["POLICY", "WORLD", "Draft", "file_of", "world_of", "write_draft"]

WORLD: Final = "world.yaml"
POLICY: Final = "policy.md"
WRITES: Final = ("create", "update", "delete")
WIDTH: Final = 120
NUMERIC: Final = frozenset("+-.0123456789")
"""Characters with which a number may begin."""


@dataclass(frozen=True)
class Draft:
    """A pack.

    Args:
        name: an identifier; also that of the folder.
        description: one line.
        world: the content of `world.yaml`.
        tables: whose rows go into files beside it.
        files: other files by name, such as `policy.md`.
        knobs: of the manifest.
        notes: what the source has and the pack has not, a line each.
    """

    name: str
    description: str
    world: dict[str, Any]
    tables: Mapping[str, Modelled]
    files: Mapping[str, str] = field(default_factory=dict)
    knobs: Mapping[str, Any] = field(default_factory=dict)
    notes: Sequence[str] = ()


class _Dumper(yaml.SafeDumper):
    """Writes what is used twice twice: people edit the file."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    """A text; what begins like a number is quoted, for YAML 1.2 takes more for numbers (`008`) than 1.1 does."""
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="'" if value[:1] in NUMERIC else None)


_Dumper.add_representer(str, _text)


def file_of(table: str) -> str:
    """The file with the rows of a table, beside `world.yaml`."""
    return f"{table}.csv"


def world_of(
    tables: Mapping[str, Modelled],
    tools: Mapping[str, Any],
    tasks: Mapping[str, Any],
    service: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The content of `world.yaml`; its policy is in a file of its own."""
    documents = {name: table.spec(file_of(name)) for name, table in tables.items()}
    return {
        "now": _opening_time(tables),
        "policy": f"file:{POLICY}",
        "tables": {name: table.model_dump(mode="json", exclude_defaults=True) for name, table in documents.items()},
        "tools": dict(tools),
        **({"service": dict(service)} if service else {}),
        "checks": _checks(tools, tasks),
        "tasks": dict(tasks),
    }


def _called(tasks: Mapping[str, Any]) -> set[str]:
    """The tools that their references call."""
    return {step["call"] for task in tasks.values() for step in task["reference"] if "call" in step}


def _checks(tools: Mapping[str, Any], tasks: Mapping[str, Any]) -> list[dict[str, str]]:
    """Those of the world: of one in which nobody writes anything, no check for that could ever fail."""
    called = _called(tasks)
    writes = any(tool["kind"] in WRITES or tool.get("run") for name, tool in tools.items() if name in called)
    return [{"kind": "state"}, {"kind": "confirmed_writes"}] if writes else []


async def write_draft(draft: Draft, folder: Path) -> Draft:
    """Write the pack's files into `folder`, which must not be there or be empty; gives what was written.

    Every reference is played once: templates that do not work are left out, with a note, and so are the tools that
    nothing else calls (`offered: false`).

    Raises:
        ConfigError: when something is in the way, or the draft is no pack.
    """
    _stop_if_there(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder.parent, prefix=".building-") as staging:
            sound = _without(draft, await unsound_templates(_opened(draft, Path(staging) / "draft")))
            _opened(sound, Path(staging) / "sound")
            (Path(staging) / "sound" / draft.name).replace(folder)
    except OSError as error:
        raise ConfigError(f"{folder}: cannot be written ({error.strerror})") from error
    return sound


def _stop_if_there(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ConfigError(f"{folder}: is not an empty folder; choose another one with --output")


def _opened(draft: Draft, root: Path) -> Pack:
    """The pack, written below `root` and opened: what cannot be opened is not left behind."""
    made = root / draft.name
    made.mkdir(parents=True)
    for name, text in _files(draft).items():
        (made / name).write_text(text, encoding="utf-8", newline="")
    try:
        return load_pack(EnvironmentSpec(pack=draft.name), [root])
    except ConfigError as error:
        first = str(error).splitlines()[0].replace(f"{made}/", "")
        raise ConfigError(f"no pack can be made of it: {first}") from error


def _without(draft: Draft, templates: Collection[str]) -> Draft:
    """The draft without some templates, and without offering what then nothing calls."""
    if not templates:
        return draft
    tasks = {name: task for name, task in draft.world["tasks"].items() if name not in templates}
    called = _called(tasks)
    tools = {
        name: tool if name in called else {**tool, "offered": False} for name, tool in draft.world["tools"].items()
    }
    if not tasks:
        raise ConfigError("no pack can be made of it: no draft task works")
    notes = [
        *draft.notes,
        *(f"{name}: does not measure what it should, and is left out" for name in sorted(templates)),
    ]
    world = {**draft.world, "tools": tools, "checks": _checks(tools, tasks), "tasks": tasks}
    return replace(draft, world=world, notes=notes)


def _opening_time(tables: Mapping[str, Modelled]) -> str:
    """What the clock shows: the morning after the last day in the data that was not in the far future."""
    latest = datetime(2030, 1, 1)
    days = [
        str(row[name])[:10]
        for table in tables.values()
        for name, column in table.columns.items()
        if column.type in ("date", "datetime")
        for row in table.rows
        if row[name] is not None
    ]
    known = [day for day in days if day < latest.date().isoformat()]
    return f"{max(known, default='2026-03-02')}T23:00:00"


def _files(draft: Draft) -> dict[str, str]:
    manifest: dict[str, Any] = {"name": draft.name, "version": "0.1", "description": draft.description, "world": WORLD}
    if draft.knobs:
        manifest["knobs"] = dict(draft.knobs)
    rows = {file_of(name): _csv(table) for name, table in draft.tables.items() if table.rows}
    return {MANIFEST: _yaml(manifest), WORLD: _yaml(draft.world), **rows, **draft.files}


def _yaml(document: Mapping[str, Any]) -> str:
    return yaml.dump(
        dict(document), Dumper=_Dumper, default_flow_style=None, sort_keys=False, allow_unicode=True, width=WIDTH
    )


def _csv(table: Modelled) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(table.columns)
    for row in table.rows:
        values = [
            orjson.dumps(row[name]).decode() if column.type == "json" and row[name] is not None else _cell(row[name])
            for name, column in table.columns.items()
        ]
        writer.writerow(values)
    return stream.getvalue()


def _cell(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value
