"""`wardian fusion`: what a fusion is worth, and what another one would have answered."""

import os
from pathlib import Path
from typing import Annotated

import typer

from wardian.cli.fuse import CONFIG
from wardian.cli.parameters import RUNS, Output, Overrides, Run

__all__ = ["app"]

app = typer.Typer(name="fusion", help="Measure fusions: bench, replay, episodes.", no_args_is_help=True)

AsText = Annotated[bool | None, typer.Option("--json/--markdown", help="Print JSON, or Markdown.")]


@app.command()
def bench(
    prompts: Annotated[Path, typer.Argument(help="A JSONL file of prompts with gold answers.", metavar="PROMPTS")],
    config: Annotated[Path, typer.Option("--config", help="The YAML file with models and fusions.")] = CONFIG,
    fusions: Annotated[
        list[str] | None,
        typer.Option(
            "--fusion", metavar="NAME", help="Whose panel, by default the first; more are compared as they are."
        ),
    ] = None,
    modes: Annotated[
        list[str] | None, typer.Option("--mode", metavar="MODE", help="Compare these modes alone.")
    ] = None,
    overrides: Overrides = None,
    as_json: AsText = None,
) -> None:
    """Compare every way of deciding over one panel, and each member alone, on the same answers at equal budget."""
    from wardian.cli.benching import Benching, bench_fusion

    what = Benching(
        prompts=prompts,
        config=config,
        fusions=tuple(fusions or ()),
        modes=tuple(modes or ()),
        overrides=tuple(overrides or ()),
    )
    bench_fusion(what, os.environ, as_json=as_json)


@app.command()
def replay(
    run: Run = "last",
    mode: Annotated[str | None, typer.Option("--mode", help="Decide like this instead.", metavar="MODE")] = None,
    judge: Annotated[
        str | None, typer.Option("--judge", help="A model of the run's job that judges instead.", metavar="MODEL")
    ] = None,
    gold: Annotated[
        Path | None, typer.Option("--gold", help="A JSONL file of the prompts with gold answers.", metavar="PROMPTS")
    ] = None,
    output: Output = RUNS,
    as_json: AsText = None,
) -> None:
    """Decide a run's recorded panels again, by another mode or judge; no member is asked."""
    from wardian.cli.replaying import Replaying, replay_run
    from wardian.output import find_run

    how = Replaying(mode=mode, judge=judge, gold=gold)
    replay_run(find_run(run, output, os.environ), how, os.environ, as_json=as_json)


@app.command()
def episodes(
    by: Annotated[
        list[str], typer.Option("--by", help="The metric that selects, one of your own scorers' too.", metavar="METRIC")
    ],
    run: Run = "last",
    output: Output = RUNS,
    as_json: AsText = None,
) -> None:
    """Say what playing several episodes from one opening state and selecting one is worth, from a run with `forks`."""
    from wardian.cli.selecting import select_episodes
    from wardian.output import find_run

    select_episodes(find_run(run, output, os.environ), by, as_json=as_json)
