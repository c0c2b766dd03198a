"""Who is killed in `durability_peers.py`: how each is started, started again, and asked for its results."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow.parquet as pq
from venvs import InstallFailed, python_with

__all__ = ["KINDS", "Contestant", "Load", "Results", "contestant"]

HERE = Path(__file__).resolve().parent
PACK = HERE.parent / "tests" / "support" / "packs" / "counter"
TASK = HERE / "peers" / "inspect_ai_counting.py"
WARDIAN = str(Path(sys.executable).parent / "wardian")
JOB = """\
name: killed
environments: [{{pack: counter, knobs: {{tasks: {episodes}}}}}]
models: {{m: {{base_url: "{url}"}}}}
agents: [{{name: a, model: m}}]
tracking: {{enabled: false}}
executor: {executor}
"""

Results = Sequence[tuple[str, Sequence[str]]]
"""The task of each episode that has a result, and what the model said in it."""


@dataclass(frozen=True)
class Load:
    """What everyone plays."""

    url: str
    episodes: int
    concurrency: int
    """Episodes at once."""


@dataclass(frozen=True)
class Contestant:
    """Whose episodes must survive."""

    name: str
    prepare: Callable[[Path, Load], Sequence[str]]
    """Writes what it needs into a folder; the command that begins."""
    results: Callable[[Path], Results]
    again: Sequence[str] = ()
    """The command after a kill; by default the same."""
    environ: Mapping[str, str] = field(default_factory=dict)
    """`{folder}` is the folder of the run."""
    victim: str = ""
    """Who of its processes is killed, see `kills.Ordeal`."""


def contestant(kind: str, venvs: Path) -> Contestant:
    """One of `KINDS`.

    Raises:
        InstallFailed: when what it needs is not to be had.
    """
    if kind in OURS:
        return OURS[kind]
    python = python_with(("inspect-ai", "openai"), venvs / "inspect-ai")
    cache = {"XDG_CACHE_HOME": str(venvs / "inspect-ai" / "cache")}
    if kind == "checkpoints":
        _download_restic(python, cache)
    folders = {"XDG_DATA_HOME": "{folder}/data", "INSPECT_CACHE_DIR": "{folder}/cache"}
    environ = {"OPENAI_API_KEY": "none", **folders, **cache}
    name = f"inspect-ai {_version(python)}, {kind}"
    return Contestant(name, _eval_set(python, INSPECT[kind]), _logs(python), environ=environ)


def _run(executor: str, processes: int) -> Callable[[Path, Load], Sequence[str]]:
    def prepare(folder: Path, load: Load) -> Sequence[str]:
        (folder / "envs").mkdir()
        (folder / "envs" / "counter").symlink_to(PACK)
        kind = executor.format(each=load.concurrency // processes)
        (folder / "job.yaml").write_text(JOB.format(episodes=load.episodes, url=load.url, executor=kind))
        return [WARDIAN, "run", "job.yaml"]

    return prepare


def _tables(folder: Path) -> Results:
    """What is delivered in the end: the rows of episodes that were scored, and of their steps."""
    (tables,) = folder.glob("runs/*/tables")
    said: dict[str, list[str]] = {}
    for step in pq.read_table(tables / "steps.parquet").to_pylist():
        if step["kind"] == "asked":
            said.setdefault(step["episode_id"], []).append(step["text"] or "")
    episodes = pq.read_table(tables / "episodes.parquet").to_pylist()
    return [
        (row["task_key"].partition("/")[2], said.get(row["episode_id"], []))
        for row in episodes
        if row["score"] is not None
    ]


def _version(python: Path) -> str:
    words = [str(python), "-c", "from importlib.metadata import version; print(version('inspect-ai'))"]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()


def _download_restic(python: Path, environ: Mapping[str, str]) -> None:
    """Inspect's checkpoints are made by that program, which it downloads; it is kept."""
    words = [str(python.parent / "inspect"), "download", "restic"]
    if subprocess.run(words, env={**os.environ, **environ}, capture_output=True, check=False).returncode:
        raise InstallFailed("inspect could not download restic")


def _eval_set(python: Path, options: Sequence[str]) -> Callable[[Path, Load], Sequence[str]]:
    def prepare(folder: Path, load: Load) -> Sequence[str]:
        (folder / "counting.py").symlink_to(TASK)
        return [
            str(python.parent / "inspect"),
            "eval-set",
            "counting.py@counting",
            f"-Tepisodes={load.episodes}",
            "--model=openai/m",
            f"--model-base-url={load.url}",
            "-Mresponses_api=false",
            f"--max-connections={load.concurrency}",
            f"--max-samples={load.concurrency}",
            "--log-dir=logs",
            "--log-buffer=1",
            "--no-log-realtime",
            "--retry-attempts=10",
            "--no-score",
            "--display=none",
            *options,
        ]

    return prepare


def _logs(python: Path) -> Callable[[Path], Results]:
    def results(folder: Path) -> Results:
        words = [str(python), str(TASK), str(folder / "logs")]
        said = subprocess.run(words, capture_output=True, text=True, check=True).stdout
        return [(task, words) for task, words in json.loads(said.splitlines()[-1])]

    return results


RAY = _run("{{kind: ray, workers: 2, concurrency: {each}}}", 2)
RESUME = (WARDIAN, "resume", "last")
OURS = {
    "local": Contestant("wardian, one process", _run("{{kind: local, concurrency: {each}}}", 1), _tables, RESUME),
    "ray": Contestant("wardian, Ray, 2 workers", RAY, _tables, RESUME),
    "worker": Contestant("wardian, Ray, only a worker is killed", RAY, _tables, victim="ray::EpisodeWorker"),
}
INSPECT: Mapping[str, Sequence[str]] = {
    "samples": (),
    "cache": ("--cache=1D",),
    "checkpoints": ("--checkpoint=turn:1",),
}
"""What Inspect offers against losing everything: it keeps whole samples, answers, or the state after each turn."""
KINDS = (*OURS, *INSPECT)
