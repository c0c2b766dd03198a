"""The command `wardian`: parses, calls one thing below, and turns errors into lines and exit codes.

Heavy imports (Ray, MLflow, Arrow) stay inside the commands that need them, so that `--help` answers at once.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from wardian.cli.envs import app as envs
from wardian.cli.exits import report
from wardian.cli.fuse import fuse
from wardian.cli.fusion import app as fusion
from wardian.cli.judge import app as judge
from wardian.cli.parameters import RUNS, AsJson, Changes, Config, Output, Overrides, Run
from wardian.cli.reading import READING
from wardian.cli.refine import app as refine
from wardian.cli.surroundings import SURROUNDINGS
from wardian.cli.sweep import app as sweep
from wardian.cli.versions import VERSIONS

__all__ = ["app", "main"]

app = typer.Typer(
    name="wardian",
    help="Evaluate LLM agents in living environments, at cluster scale.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

app.add_typer(envs)
app.add_typer(fusion)
app.add_typer(judge)
app.add_typer(refine)
app.add_typer(sweep)


@app.callback(invoke_without_command=True)
def _wardian(
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        from wardian import __version__

        typer.echo(__version__)
        raise typer.Exit


@app.command()
def run(
    config: Config,
    overrides: Overrides = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be played, and stop.")] = False,
    detach: Annotated[bool, typer.Option("--detach", help="Leave it to a process of its own, see `attach`.")] = False,
    as_json: AsJson = False,
) -> None:
    """Play a job's episodes, score them, and print the leaderboard."""
    from wardian.cli.loading import loaded

    with loaded(config, overrides=overrides or (), environ=os.environ) as job:
        if dry_run:
            from wardian.cli.forecasting import say_forecast

            say_forecast(job, as_json=as_json)
        elif detach:
            from wardian.cli.starting import detach as start

            start(job, os.environ, as_json=as_json)
        else:
            from wardian.cli.starting import evaluate_new

            evaluate_new(job, os.environ, as_json=as_json)


app.command()(fuse)


@app.command()
def resume(run: Run, overrides: Changes = None, output: Output = RUNS, as_json: AsJson = False) -> None:
    """Finish a run: play what was paused, interrupted or broken by others."""
    from wardian.output import find_run
    from wardian.runs.purpose import purpose_of

    folder = find_run(run, output, os.environ)
    purpose = purpose_of(folder.store)
    if purpose == "refine":
        from wardian.cli.refining import resume_campaign

        resume_campaign(folder, overrides or (), os.environ, as_json=as_json)
    if purpose == "sweep":
        from wardian.cli.sweeping import resume_sweep

        resume_sweep(folder, overrides or (), os.environ, as_json=as_json)
    from wardian.cli.starting import resume as play_the_rest

    play_the_rest(folder, overrides or (), os.environ, as_json=as_json)


for command in (*READING, *VERSIONS, *SURROUNDINGS):
    app.command()(command)


@app.command()
def status(
    run: Run = "last",
    output: Output = RUNS,
    as_json: AsJson = False,
    watch: Annotated[bool, typer.Option("--watch", help="Once a second, until the run ends.")] = False,
) -> None:
    """Say how a run is doing, also from another terminal while it goes on."""
    from wardian.cli.status import show_status
    from wardian.output import find_run

    show_status(find_run(run, output, os.environ), as_json=as_json, watch=watch)


@app.command()
def attach(run: Run = "last", output: Output = RUNS, as_json: AsJson = False) -> None:
    """Follow a run to its end and exit with its code; Ctrl-C leaves it alone."""
    from wardian.cli.detached import follow
    from wardian.output import find_run

    raise typer.Exit(follow(find_run(run, output, os.environ), as_json=as_json))


app.command("tail", hidden=True)(attach)


@app.command()
def pause(run: Run = "last", output: Output = RUNS) -> None:
    """Stop a run: episodes in flight get ten seconds; `resume` plays the rest."""
    from wardian.cli.detached import stop
    from wardian.output import find_run

    stop(find_run(run, output, os.environ), "pause")


@app.command()
def cancel(run: Run = "last", output: Output = RUNS) -> None:
    """Stop a run at once; what it has finished stays. A campaign is closed: gates it has not opened are free."""
    from wardian.cli.closing import cancel_run
    from wardian.output import find_run

    cancel_run(find_run(run, output, os.environ))


@app.command()
def sync(
    run: Run = "last",
    every: Annotated[bool, typer.Option("--all", help="All runs of the output.")] = False,
    output: Output = RUNS,
    as_json: AsJson = False,
) -> None:
    """Deliver to MLflow what it could not take while a run went on."""
    from wardian.cli.sync import sync_runs
    from wardian.output import find_run, open_output

    folders = open_output(output, os.environ).runs() if every else (find_run(run, output, os.environ),)
    raise typer.Exit(sync_runs(folders, os.environ, as_json=as_json))


@app.command()
def chaos(
    config: Config,
    seed: Annotated[int, typer.Option(min=0, help="Decides what is killed when.")] = 0,
    kills: Annotated[int, typer.Option(min=0, help="How many faults, of all kinds as evenly as possible.")] = 6,
    plan: Annotated[str | None, typer.Option(help="How many of each kind, e.g. worker=2,coordinator=1.")] = None,
    overrides: Overrides = None,
    as_json: AsJson = False,
) -> None:
    """Play a job of simulated models on Ray, kill what plays it, and check that nothing is lost or paid for twice."""
    from wardian.cli.chaos import put_through
    from wardian.cli.loading import loaded

    with loaded(config, overrides=overrides or (), environ=os.environ) as job:
        raise typer.Exit(put_through(job, seed, kills, plan, as_json=as_json))


@app.command()
def selfcheck(
    full: Annotated[bool, typer.Option("--full", help="As many campaigns as the promises are made for.")] = False,
    only: Annotated[str | None, typer.Option(help="Some of the checks, e.g. null,planted.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Another one plays other campaigns.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Measure what the refinement loop promises, in some 60 seconds: false promotions, power, honest claims."""
    from wardian.cli.selfchecking import check_promises
    from wardian.optimization.selfcheck.extent import FULL, QUICK

    raise typer.Exit(check_promises(only, seed, FULL if full else QUICK, as_json=as_json))


@app.command()
def validate(config: Config, overrides: Overrides = None) -> None:
    """Check a job without playing it."""
    from wardian.cli.checks import validate_job
    from wardian.cli.loading import loaded

    with loaded(config, overrides=overrides or (), environ=os.environ) as job:
        typer.echo(validate_job(config, job, os.environ))


@app.command()
def submit(
    config: Config,
    overrides: Overrides = None,
    address: Annotated[
        str | None, typer.Option(help="The cluster's dashboard; by default RAY_ADDRESS or http://127.0.0.1:8265.")
    ] = None,
    wait: Annotated[bool, typer.Option(help="Follow the job until it ends.")] = True,
) -> None:
    """Hand a job to a running Ray cluster, as `ray job submit` does."""
    from wardian.cli.submission import submit_job

    raise typer.Exit(submit_job(config, overrides or [], os.environ, address=address, wait=wait))


@app.command()
def simulate(
    config: Annotated[Path | None, typer.Argument(help="The job's YAML file.", metavar="CONFIG")] = None,
    server: Annotated[str | None, typer.Option(help="Which of the job's simulators, when it has several.")] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port on loopback; 0 takes a free one.")] = 0,
    packs: Annotated[list[Path] | None, typer.Option(help="A folder of environment packs.")] = None,
    faults: Annotated[
        bool, typer.Option("--faults", help="Models fault/NAME that break; CONFIG may be left out.")
    ] = False,
    child: Annotated[bool, typer.Option("--child", hidden=True, help="End when stdin does.")] = False,
) -> None:
    """Serve simulated models, or faults by name, as an OpenAI-compatible provider."""
    from wardian.cli.simulation import Serving, serve_simulator

    serving = Serving(server=server, port=port, child=child, faults=faults, packs=tuple(packs or ()))
    serve_simulator(config, serving, os.environ)


@app.command()
def serve(
    config: Config,
    overrides: Overrides = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be offered, and stop.")] = False,
) -> None:
    """Offer a config's models and fusions over HTTP, as OpenAI's chat completions."""
    from wardian.cli.gateway import offer_line, serve_models
    from wardian.specs.load import loaded_serving

    with loaded_serving(config, overrides=overrides or (), environ=os.environ) as spec:
        if dry_run:
            typer.echo(offer_line(spec, os.environ))
        else:
            serve_models(spec, os.environ)


@app.command("simulate-counted", hidden=True)
def simulate_counted(
    config: Config,
    server: Annotated[str, typer.Option(help="Which of the job's simulators.")],
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
) -> None:
    """Serve simulated models until stdin ends, and say at `/answers` who asked what; for `chaos`."""
    from wardian.cli.simulation import Serving, serve_simulator

    serve_simulator(config, Serving(server=server, host=host, child=True, counted=True), os.environ)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in words
    command = typer.main.get_command(app)
    with report(debug=debug):
        command.main(args=_debug_first(words), prog_name="wardian", standalone_mode=True)


def _debug_first(words: list[str]) -> list[str]:
    """`--debug` is welcome anywhere on the line."""
    rest = [word for word in words if word != "--debug"]
    return ["--debug", *rest] if len(rest) < len(words) else rest
