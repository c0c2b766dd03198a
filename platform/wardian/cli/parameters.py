"""What several commands take."""

from pathlib import Path
from typing import Annotated, Final

import typer

__all__ = ["RUNS", "AsJson", "Changes", "Config", "Output", "Overrides", "Prompt", "Run"]

Config = Annotated[Path, typer.Argument(help="The job's YAML file.", metavar="CONFIG")]
Overrides = Annotated[
    list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Change a key, e.g. agents.0.model=gpt-x.")
]
Changes = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Change what episodes do not depend on, e.g. budget.usd=10."),
]
Run = Annotated[str, typer.Argument(help="A run's id or folder, s3://BUCKET/PREFIX/ID, or `last`.", metavar="RUN")]
Prompt = Annotated[
    str,
    typer.Argument(
        help="A prompt's name in MLflow, e.g. JOB.PROMPT, or a campaign's id or folder, or `last`.", metavar="PROMPT"
    ),
]
Output = Annotated[str, typer.Option("--output", help="What holds the runs: a folder, or s3://BUCKET/PREFIX.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON on stdout and nothing else.")]
RUNS: Final = "runs"
