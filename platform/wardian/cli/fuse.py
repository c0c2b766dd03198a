"""The command `wardian fuse`: prompts in, answers out."""

import os
from pathlib import Path
from typing import Annotated, Final

import typer

from wardian.cli.parameters import AsJson, Overrides

__all__ = ["fuse"]

CONFIG: Final = Path("configs/fusion.yaml")


def fuse(
    prompts: Annotated[str, typer.Argument(help="A JSONL file, or one prompt.", metavar="PROMPTS")],
    config: Annotated[Path, typer.Option("--config", help="The YAML file with models and fusions.")] = CONFIG,
    model: Annotated[
        list[str] | None, typer.Option("--model", help="Who answers; by default the first fusion of the config.")
    ] = None,
    overrides: Overrides = None,
    trace: Annotated[bool, typer.Option("--trace", help="Of one prompt: who said what, and what decided.")] = False,
    as_json: AsJson = False,
) -> None:
    """Answer one prompt, or a file of prompts as a run with a record, with models that answer as one."""
    from wardian.cli.fusing import Fusing, answer_file, answer_prompt, source_of

    source = source_of(prompts)
    what = Fusing(source=source, config=config, models=tuple(model or ()), overrides=tuple(overrides or ()))
    if source.file is None:
        answer_prompt(what, os.environ, trace=trace, as_json=as_json)
    else:
        answer_file(what, os.environ, as_json=as_json)
