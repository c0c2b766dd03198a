"""`wardian refine`: campaigns that make an agent's texts better."""

import os
from functools import partial
from typing import Annotated

import typer

from wardian.base.errors import ConfigError
from wardian.cli.parameters import RUNS, AsJson, Changes, Config, Output, Overrides, Run
from wardian.cli.start_group import START, Resolved, StartUnlessSaid

__all__ = ["app"]

FLAGS = {"--resume": "resume", "--watch": "watch"}


class _Refine(StartUnlessSaid):
    """`wardian refine CONFIG` begins a campaign, with `--watch` only if it is due; `--resume RUN` goes on with one."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]  # click's own type
        return super().parse_args(ctx, _named(args))

    def resolve_command(self, ctx: typer.Context, args: list[str]) -> Resolved:  # type: ignore[override]  # the same
        return super().resolve_command(ctx, _named(args))


def _named(args: list[str]) -> list[str]:
    """With the command that a flag stands for.

    Raises:
        ConfigError: for an option of `--watch` without it.
    """
    flag = next((word for word in args if word in FLAGS), None)
    if flag is None and args[:1] != ["watch"] and any(word.partition("=")[0] == "--every" for word in args):
        raise ConfigError("--every: goes with --watch: `wardian refine CONFIG --watch --every SECONDS`")
    return args if flag is None else [FLAGS[flag], *(word for word in args if word != flag)]


app = typer.Typer(
    name="refine",
    cls=_Refine,
    help="Make an agent's prompt better, and believe it only on evidence: CONFIG, CONFIG --watch, status.",
    epilog="Options of CONFIG: `wardian refine start --help`; of --watch: `wardian refine watch --help`.",
    no_args_is_help=True,
)


@app.command(START)
def start(
    config: Config,
    overrides: Overrides = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what a campaign would take, and stop.")] = False,
    challenger: Annotated[
        str | None,
        typer.Option("--challenger", metavar="SWEEP", help="Search for nothing: hear the best prompt of this sweep."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Refine an agent of a job: from poor trajectories to a version that a gate believes in, or none."""
    from wardian.cli.loading import loaded

    with loaded(config, overrides=overrides or (), environ=os.environ) as job:
        if challenger is not None:
            from wardian.cli.challenging import challenged

            job = challenged(job, challenger, os.environ)
        if dry_run:
            from wardian.cli.prospect import say_prospect

            say_prospect(job, as_json=as_json)
        else:
            from wardian.cli.refining import refine_new

            refine_new(job, os.environ, as_json=as_json)


@app.command()
def watch(
    config: Config,
    overrides: Overrides = None,
    every: Annotated[
        float | None, typer.Option("--every", min=1, metavar="SECONDS", help="Look again and again; else once.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Play the job, and refine its agent if that has become worse than it was."""
    from wardian.cli.loading import loaded
    from wardian.cli.watching import watch as look

    loading = partial(loaded, config, overrides=overrides or (), environ=os.environ)
    look(loading, os.environ, every_s=every, as_json=as_json)


@app.command()
def resume(run: Run = "last", overrides: Changes = None, output: Output = RUNS, as_json: AsJson = False) -> None:
    """Go on with a campaign that was paused, interrupted or killed, as `wardian resume` does."""
    from wardian.cli.refining import resume_campaign
    from wardian.output import find_run

    resume_campaign(find_run(run, output, os.environ, "refine"), overrides or (), os.environ, as_json=as_json)


@app.command()
def status(
    run: Run = "last",
    output: Output = RUNS,
    text: Annotated[
        str | None, typer.Option("--text", metavar="COMPONENT", help="Print this text of the champion only: system, …")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say how far a campaign is, also from another terminal while it goes on."""
    from wardian.cli.refining import print_text, show_campaign
    from wardian.output import find_run

    folder = find_run(run, output, os.environ, "refine")
    if text is not None:
        print_text(folder, text)
    else:
        show_campaign(folder, as_json=as_json)
