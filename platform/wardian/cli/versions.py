"""Commands about the versions of a prompt."""

import os
from typing import Annotated, Final

import typer

from wardian.cli.parameters import RUNS, AsJson, Output, Prompt

__all__ = ["VERSIONS"]


def promote(
    target: Prompt,
    version: Annotated[
        int | None, typer.Option(min=1, help="This version of it, whatever it was measured against.")
    ] = None,
    output: Output = RUNS,
    as_json: AsJson = False,
) -> None:
    """Use what a gate has promoted: move the alias `champion` of a prompt to its challenger."""
    from wardian.cli.promoting import promote_prompt

    promote_prompt(target, version, output, os.environ, as_json=as_json)


def rollback(target: Prompt, output: Output = RUNS, as_json: AsJson = False) -> None:
    """Use the previous version of a prompt again."""
    from wardian.cli.promoting import roll_back

    roll_back(target, output, os.environ, as_json=as_json)


def lineage(target: Prompt, output: Output = RUNS, as_json: AsJson = False) -> None:
    """Print where the versions of a prompt come from: what each was measured against, and what came of it."""
    from wardian.cli.promoting import show_lineage

    show_lineage(target, output, os.environ, as_json=as_json)


VERSIONS: Final = (promote, rollback, lineage)
