"""Commands about what is around jobs: this machine, a new project, an editor."""

import os
from pathlib import Path
from typing import Annotated, Final

import typer

__all__ = ["SURROUNDINGS"]


def doctor() -> None:
    """Say what this machine has and lacks for running Wardian."""
    from wardian.cli.doctor import examine

    raise typer.Exit(examine(os.environ))


def init(folder: Annotated[Path, typer.Argument(help="An empty or new folder.")] = Path()) -> None:
    """Start a project that runs, in an empty folder."""
    from wardian.cli.scaffold import start_project

    typer.echo(start_project(folder))


def schema() -> None:
    """Print the JSON Schema of job files, for editors."""
    import orjson

    from wardian.specs.schema import editor_schema

    typer.echo(orjson.dumps(editor_schema(), option=orjson.OPT_INDENT_2))


SURROUNDINGS: Final = (doctor, init, schema)
