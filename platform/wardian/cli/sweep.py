"""`wardian sweep`: configurations of an agent, compared on common tasks."""

import os
from pathlib import Path
from typing import Annotated

import typer

from wardian.cli.parameters import RUNS, AsJson, Output, Overrides, Run
from wardian.cli.start_group import START, StartUnlessSaid

__all__ = ["app"]

app = typer.Typer(
    name="sweep",
    cls=StartUnlessSaid,
    help="Compare configurations of an agent on common tasks: CONFIG, report.",
    epilog="Options of CONFIG: `wardian sweep start --help`.",
    no_args_is_help=True,
)


@app.command(START)
def start(
    config: Annotated[Path, typer.Argument(help="The job's YAML file.", metavar="CONFIG")],
    overrides: Overrides = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be compared, and stop.")] = False,
    as_json: AsJson = False,
) -> None:
    """Play a job's sweep: blocks of common episodes, after which the worse configurations go."""
    from wardian.cli.loading import loaded

    with loaded(config, overrides=overrides or (), environ=os.environ) as job:
        if dry_run:
            from wardian.cli.sweep_forecast import say_sweep

            say_sweep(job, as_json=as_json)
        else:
            from wardian.cli.sweeping import sweep_new

            sweep_new(job, os.environ, as_json=as_json)


@app.command()
def report(
    run: Run = "last",
    output: Output = RUNS,
    as_json: Annotated[
        bool | None, typer.Option("--json/--markdown", help="Print JSON, or Markdown for a pull request.")
    ] = None,
) -> None:
    """Say what came out of a sweep: contrasts whose intervals hold together, and what more money buys."""
    from wardian.cli.swept import show_sweep
    from wardian.output import find_run

    show_sweep(find_run(run, output, os.environ, "sweep"), as_json=as_json)
