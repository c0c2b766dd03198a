"""`wardian refine`: campaigns that make an agent's texts better."""

import os
from pathlib import Path
from typing import Annotated

import typer
from typer.core import TyperGroup

from wardian.cli.parameters import RUNS, AsJson, Output, Overrides, Run

__all__ = ["app"]

START = "start"


class _StartUnlessSaid(TyperGroup):
    """`wardian refine CONFIG` is `wardian refine start CONFIG`."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]  # click's own type
        known = {*self.commands, "--help"}
        return super().parse_args(ctx, args if not args or args[0] in known else [START, *args])


app = typer.Typer(
    name="refine",
    cls=_StartUnlessSaid,
    help="Make an agent's prompt better, and believe it only when the evidence holds: CONFIG, status.",
    no_args_is_help=True,
)


@app.command(START, hidden=True)
def start(
    config: Annotated[Path | None, typer.Argument(help="The job's YAML file.", metavar="CONFIG")] = None,
    overrides: Overrides = None,
    resume: Annotated[str | None, typer.Option("--resume", metavar="RUN", help="Go on with this campaign.")] = None,
    output: Output = RUNS,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what a campaign would take, and stop.")] = False,
    as_json: AsJson = False,
) -> None:
    """Refine an agent of a job: from poor trajectories to a version that a gate believes in, or none."""
    if resume is not None:
        from wardian.cli.refining import resume_campaign
        from wardian.output import find_run

        resume_campaign(find_run(resume, output, os.environ), overrides or (), os.environ, as_json=as_json)
    if config is None:
        raise typer.BadParameter("say which CONFIG, or --resume RUN")
    from wardian.cli.loading import loaded
    from wardian.cli.refining import refine_new

    with loaded(config, overrides=overrides or (), environ=os.environ) as job:
        if dry_run:
            from wardian.cli.prospect import say_prospect

            say_prospect(job, as_json=as_json)
        else:
            refine_new(job, os.environ, as_json=as_json)


@app.command()
def status(run: Run = "last", output: Output = RUNS, as_json: AsJson = False) -> None:
    """Say how far a campaign is, also from another terminal while it goes on."""
    from wardian.cli.refining import show_campaign
    from wardian.output import find_run

    show_campaign(find_run(run, output, os.environ), as_json=as_json)
