"""`wardian judge`: what a judge is worth."""

import os
from pathlib import Path
from typing import Annotated

import typer

from wardian.cli.fuse import CONFIG
from wardian.cli.parameters import Overrides

__all__ = ["app"]

app = typer.Typer(name="judge", help="Measure judges: calibrate.", no_args_is_help=True)


@app.callback()
def _judge() -> None:
    """Keep `calibrate` a command of its own, though there is no other."""


@app.command()
def calibrate(
    gold: Annotated[Path, typer.Argument(help="A JSONL file of candidates, the right ones marked.", metavar="GOLD")],
    config: Annotated[Path, typer.Option("--config", help="The YAML file with models and fusions.")] = CONFIG,
    judge: Annotated[
        str | None,
        typer.Option("--judge", metavar="NAME", help="A model, or whose judge: fusion/NAME. By default the first's."),
    ] = None,
    bound: Annotated[
        float | None, typer.Option("--s-star", min=0, max=1, help="What a panel needs, as `fusion bench` says it.")
    ] = None,
    overrides: Overrides = None,
    as_json: Annotated[bool | None, typer.Option("--json/--markdown", help="Print JSON, or Markdown.")] = None,
) -> None:
    """Say how far a judge's verdicts can be trusted: accuracy, bias, sureness, on candidates with known worth."""
    from wardian.cli.calibrating import Calibrating, calibrate_judge

    what = Calibrating(gold=gold, config=config, judge=judge, bound=bound, overrides=tuple(overrides or ()))
    calibrate_judge(what, os.environ, as_json=as_json)
