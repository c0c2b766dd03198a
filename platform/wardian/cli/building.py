"""`wardian envs build` and `new`: packs to edit."""

import asyncio
from pathlib import Path
from typing import Final

import typer

from wardian.base.errors import ConfigError
from wardian.building.draft import Draft, write_draft
from wardian.building.new_pack import new_pack
from wardian.building.sources import draft_of, name_of, pack_name
from wardian.cli.wording import counted
from wardian.environments.packs import available_packs, bundled_roots

__all__ = ["begin_pack", "build_pack"]

MCP: Final = "mcp:"
PARTS: Final = {"tables": "table", "tools": "tool", "tasks": "template"}
SHOWN: Final = 20
"""Notes that are printed."""


def build_pack(source: str, output: Path, calls: Path | None) -> None:
    """Make a pack of `source` in the folder `output`, and say what to do next; `calls` are for an MCP server.

    Raises:
        ConfigError: when the source gives no pack, or something is in the way.
    """
    name = name_of(output)
    draft = _recorded(source, name, calls) if source.startswith(MCP) else draft_of(Path(source), name)
    _say(asyncio.run(write_draft(draft, output)), output)


def _recorded(source: str, name: str, calls: Path | None) -> Draft:
    """What an MCP server answers."""
    if calls is None:
        raise ConfigError(f"{source}: say with --calls FILE what to call: lines of JSON, or traces")
    try:
        from wardian.building.mcp_source import draft_server, read_script, server_of
    except ImportError:
        raise ConfigError(f"{source}: needs the extra `mcp`: pip install 'wardian[mcp]'") from None
    server = server_of(source.removeprefix(MCP))
    return asyncio.run(draft_server(name, source, server, read_script(calls)))


def begin_pack(name: str, *, python: bool) -> None:
    """Put a small pack into `envs/NAME`, and say what to do next.

    Raises:
        ConfigError: when it cannot be called so, or is there already.
    """
    folder = Path("envs") / pack_name(name)
    if name in available_packs(bundled_roots()) and not folder.exists():
        raise ConfigError(f"{folder}: would hide the pack '{name}' that comes with Wardian; choose another name")
    new_pack(folder, name, python=python)
    typer.echo(f"{folder}: ready. Next: wardian envs check {name}, then change it and check again")


def _say(draft: Draft, output: Path) -> None:
    world = draft.world
    parts = (counted(len(world[key]), thing) for key, thing in PARTS.items())
    typer.echo(f"{output}: {', '.join(parts)}")
    for note in draft.notes[:SHOWN]:
        typer.echo(f"note: {note}")
    typer.echo(f"Next: rewrite the tasks in {output / 'world.yaml'}, then: wardian envs check {draft.name}")
