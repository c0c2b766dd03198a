"""`wardian envs`: which packs there are, what is in them, and whether their tasks measure something."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["app"]

app = typer.Typer(
    name="envs",
    help="Environment packs: list, show, play, serve, check, compare with traces, build, begin.",
    no_args_is_help=True,
)

Pack = Annotated[str, typer.Argument(help="The name of a pack; `list` shows them.", metavar="PACK")]
Knobs = Annotated[list[str] | None, typer.Option("--set", metavar="KNOB=VALUE", help="Set a knob, e.g. issues=3.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON on stdout and nothing else.")]


@app.command("list")
def list_packs(as_json: AsJson = False) -> None:
    """Say which packs are found, and which of them are certified."""
    from wardian.cli.packs import say_packs

    say_packs(as_json=as_json)


@app.command()
def show(pack: Pack, knobs: Knobs = None, as_json: AsJson = False) -> None:
    """Say what is in a pack: knobs, tools, tasks by template and persona."""
    from wardian.cli.packs import opened, say_pack

    say_pack(opened(pack, knobs or ()), as_json=as_json)


@app.command()
def play(
    pack: Pack,
    task: Annotated[str | None, typer.Argument(help="A task's id; by default the first.", metavar="[TASK]")] = None,
    knobs: Knobs = None,
    seed: Annotated[int, typer.Option(help="Which of the user's phrases and moods.")] = 0,
) -> None:
    """Play a task by hand: you are the agent."""
    from wardian.cli.packs import opened
    from wardian.cli.playing import play_by_hand

    it = opened(pack, knobs or ())
    raise typer.Exit(play_by_hand(it.pack, task, seed))


@app.command()
def check(
    pack: Pack,
    knobs: Knobs = None,
    output: Annotated[
        Path | None, typer.Option(help="Where the certificate goes; by default into the pack's folder.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Play what must solve each task and what must not, and write the certificate."""
    from wardian.cli.certifying import check_pack
    from wardian.cli.packs import opened

    raise typer.Exit(check_pack(opened(pack, knobs or ()), output, as_json=as_json))


@app.command()
def fidelity(
    pack: Pack,
    traces: Annotated[Path, typer.Argument(help="A file of traces, or a folder of such files.", metavar="TRACES")],
    knobs: Knobs = None,
    ignore: Annotated[
        list[str] | None, typer.Option("--ignore", metavar="FIELD", help="A field that may differ, e.g. created_at.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make recorded calls again (OpenTelemetry, MLflow, OpenAI-style JSONL) and say where the pack differs."""
    from wardian.cli.fidelity import compare_with_traces
    from wardian.cli.packs import opened

    raise typer.Exit(compare_with_traces(opened(pack, knobs or ()).pack, traces, ignore or (), as_json=as_json))


@app.command()
def build(
    source: Annotated[
        str, typer.Argument(help="A SQLite file, SQL dump, CSV, OpenAPI 3 file, traces.", metavar="SOURCE")
    ],
    output: Annotated[Path, typer.Option(help="The pack's folder, such as envs/shop.", metavar="FOLDER")],
    calls: Annotated[Path | None, typer.Option(help="What to call of an MCP server.", metavar="FILE")] = None,
) -> None:
    """Make an editable pack of something that is there: tables, tools, and draft tasks with their solutions."""
    from wardian.cli.building import build_pack

    build_pack(source, output, calls)


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="What the pack is called: small letters, digits and _.", metavar="NAME")],
    python: Annotated[bool, typer.Option("--python", help="With a module in Python instead of YAML alone.")] = False,
) -> None:
    """Begin a pack in envs/NAME: a small one that passes `check`, to be changed."""
    from wardian.cli.building import begin_pack

    begin_pack(name, python=python)


@app.command()
def serve(
    pack: Pack,
    task: Annotated[str | None, typer.Option(help="The task when nobody names one; by default the first.")] = None,
    knobs: Knobs = None,
    mcp: Annotated[bool, typer.Option("--mcp/--http", help="One episode over stdio, or many over HTTP.")] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 0,
    rules: Annotated[
        list[str] | None, typer.Option("--rule", metavar="KEY=VALUE", help="host, seed, sessions, idle_s or record.")
    ] = None,
) -> None:
    """Let agents outside play a pack, over HTTP or MCP."""
    from wardian.cli.packs import opened
    from wardian.cli.serving import read_serving, serve_pack

    serve_pack(opened(pack, knobs or ()).pack, read_serving(task, port, rules or ()), mcp=mcp)


@app.command(hidden=True)
def fingerprints(pack: Pack, knobs: Knobs = None) -> None:
    """Print what came of each reference, for another process to compare."""
    from wardian.cli.certifying import say_fingerprints
    from wardian.cli.packs import opened

    say_fingerprints(opened(pack, knobs or ()))
