"""Commands that read what a run has left, and play nothing."""

import os
from pathlib import Path
from typing import Annotated

import typer

from wardian.cli.comparing import compare
from wardian.cli.parameters import RUNS, AsJson, Output, Run

__all__ = ["READING"]


def results(
    run: Run = "last",
    output: Output = RUNS,
    details: Annotated[
        bool, typer.Option("--details", help="Reliability, success by template and fault, what metrics are worth.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Print a run's leaderboard from its record."""
    from wardian.cli.results import show_results
    from wardian.output import find_run

    show_results(find_run(run, output, os.environ), as_json=as_json, details=details)


def rescore(
    run: Run = "last",
    scorers: Annotated[
        list[str] | None, typer.Option("--scorer", metavar="MODULE:NAME", help="Add a scorer of your own to the run.")
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option("--without", metavar="MODULE:NAME", help="Drop a scorer of the run, whose code may be gone."),
    ] = None,
    output: Output = RUNS,
    as_json: AsJson = False,
) -> None:
    """Score a run's records again and renew its tables and leaderboard; no episode is played."""
    from wardian.cli.rescoring import rescore_run
    from wardian.output import find_run

    rescore_run(find_run(run, output, os.environ), scorers or (), without or (), as_json=as_json)


def failures(
    run: Run = "last",
    output: Output = RUNS,
    decisive: Annotated[
        bool, typer.Option("--decisive", help="Find where each was lost: plays it again, some 0.02 s an episode.")
    ] = False,
    every: Annotated[bool, typer.Option("--all", help="Show all clusters, not the largest alone.")] = False,
    as_json: AsJson = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown, for an issue.")] = False,
) -> None:
    """Say what went wrong in a run: clusters of failed episodes, and where to look."""
    from wardian.cli.failing import show_failures
    from wardian.output import find_run

    folder = find_run(run, output, os.environ)
    show_failures(folder, decisive=decisive, every=every, as_json=as_json, as_markdown=as_markdown)


def evidence(
    run: Run = "last",
    output: Output = RUNS,
    arm: Annotated[list[str] | None, typer.Option("--arm", help="Episodes of this arm alone.")] = None,
    as_json: AsJson = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown, for an issue.")] = False,
) -> None:
    """Say which mistakes lost a run's failed episodes: each is put right, and the rest is played again."""
    from wardian.cli.mending import show_evidence
    from wardian.output import find_run

    show_evidence(find_run(run, output, os.environ), arm or (), as_json=as_json, as_markdown=as_markdown)


def export(
    form: Annotated[
        str,
        typer.Option(
            "--format", help="inspect, inspect-json, atif, openai, finetune, otlp or answers.", metavar="FORMAT"
        ),
    ],
    run: Run = "last",
    to: Annotated[
        Path | None, typer.Option("--to", help="A new file; for Inspect's logs and atif a new folder.")
    ] = None,
    where: Annotated[
        list[str] | None, typer.Option("--where", help="Episodes that meet it alone.", metavar="METRIC>=VALUE")
    ] = None,
    arm: Annotated[list[str] | None, typer.Option("--arm", help="Episodes of this arm alone.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write a run's episodes as Inspect logs, ATIF, OpenAI messages, OpenTelemetry spans or answers to prompts."""
    from wardian.cli.exporting import Wanted, export_run
    from wardian.output import find_run

    wanted = Wanted(form=form, to=to, where=where or (), arms=arm or ())
    export_run(find_run(run, RUNS, os.environ), wanted, as_json=as_json)


def score(
    files: Annotated[list[Path], typer.Argument(help="Files or folders of recorded conversations.", metavar="FILES…")],
    as_json: AsJson = False,
) -> None:
    """Score conversations that were recorded elsewhere, by what their record says."""
    from wardian.cli.scoring import score_files

    score_files(files, as_json=as_json)


def report(
    run: Run = "last",
    page: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="The page; by default report.html in the run's folder.")
    ] = None,
    output: Output = RUNS,
) -> None:
    """Write a run's report: one HTML file, and beside it a folder of trajectories that it loads."""
    from wardian.cli.viewing import write_report
    from wardian.output import find_run

    typer.echo(write_report(find_run(run, output, os.environ), page))


def view(
    run: Run = "last",
    output: Output = RUNS,
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port on loopback; 0 takes a free one.")] = 0,
) -> None:
    """Show a run's report in the browser."""
    from wardian.cli.viewing import view_run
    from wardian.output import find_run

    view_run(find_run(run, output, os.environ), port)


READING = (results, compare, failures, evidence, report, view, rescore, export, score)
"""In the order of `--help`."""
