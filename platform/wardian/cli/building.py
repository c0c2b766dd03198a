"""`wardian envs build` and `new`: packs to edit."""

from pathlib import Path
from typing import Final

import typer

from wardian.base.errors import ConfigError
from wardian.building.draft import Draft, write_draft
from wardian.building.new_pack import new_pack
from wardian.building.sources import draft_of, name_of

__all__ = ["begin_pack", "build_pack"]

SHOWN: Final = 20
"""Notes that are printed."""


def build_pack(source: str, output: Path) -> None:
    """Make a pack of `source` in the folder `output`, and say what to do next.

    Raises:
        ConfigError: when the source gives no pack, or something is in the way.
    """
    draft = draft_of(Path(source), name_of(output))
    write_draft(draft, output)
    _say(draft, output)


def begin_pack(name: str, *, python: bool) -> None:
    """Put a small pack into `envs/NAME`, and say what to do next.

    Raises:
        ConfigError: when it cannot be called so, or is there already.
    """
    folder = Path("envs") / name
    if Path(name).name != name:
        raise ConfigError(f"{name}: is a path; a pack is called by small letters, digits and _")
    new_pack(folder, name_of(folder), python=python)
    typer.echo(f"{folder}: ready. Next: wardian envs check {name}, then change it and check again")


def _say(draft: Draft, output: Path) -> None:
    world = draft.world
    counts = {key: len(world[key]) for key in ("tables", "tools", "tasks")}
    typer.echo(f"{output}: {counts['tables']} tables, {counts['tools']} tools, {counts['tasks']} templates of tasks")
    for note in draft.notes[:SHOWN]:
        typer.echo(f"left out: {note}")
    typer.echo(f"Next: rewrite the tasks in {output / 'world.yaml'}, then: wardian envs check {draft.name}")
