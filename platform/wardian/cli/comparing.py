"""`wardian compare`: what became better or worse from one run to another, and whether that may be."""

import os
from typing import Annotated, Final

import typer

__all__ = ["compare"]

REGRESSED: Final = 1


def compare(
    runs: Annotated[
        tuple[str, str], typer.Argument(help="What it is compared with, and what is new.", metavar="RUN_A RUN_B")
    ],
    arms: Annotated[
        list[str] | None, typer.Option("--arm", metavar="NAME[=OTHER]", help="One arm, or one of each run.")
    ] = None,
    max_drop: Annotated[
        list[str] | None,
        typer.Option("--max-drop", metavar="METRIC=AMOUNT", help="Exit with 1 when a larger drop is shown."),
    ] = None,
    rule_out: Annotated[
        list[str] | None,
        typer.Option("--rule-out", metavar="METRIC=AMOUNT", help="Exit with 1 unless a larger drop is ruled out."),
    ] = None,
    output: Annotated[str, typer.Option("--output", help="What holds the runs: a folder, or s3://BUCKET/PREFIX.")] = (
        "runs"
    ),
    as_json: Annotated[
        bool | None, typer.Option("--json/--markdown", help="Print JSON, or Markdown for a pull request.")
    ] = None,
) -> None:
    """Compare two runs on the tasks and seeds that both played: what moved, which tasks flipped, at what cost."""
    from wardian.cli.compared import Asked, compared, say

    asked = Asked(arms=tuple(arms or ()), max_drop=tuple(max_drop or ()), rule_out=tuple(rule_out or ()))
    comparison = compared(runs, output, asked, os.environ)
    say(comparison, as_json=as_json)
    raise typer.Exit(0 if comparison.passed else REGRESSED)
