"""What it costs a run that MLflow is away from beginning to end, and whether all of it arrives afterwards, once.

    python benchmarks/mlflow_outage.py [--quick] [--json]

The same job (configs/quickstart.yaml in one process, the simulator's latencies from its seed) with tracking off, with
an `mlflow server` on sqlite that answers, and with none. Wall time of the whole command in the least disturbed
of interleaved rounds, and the CPU time of its process, which other load on the machine hardly moves.
"""

import argparse
import asyncio
import resource
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from goals import Goal, report

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))

from support.mlflow_server import MlflowServer, mlflow_server

from wardian.tracking.outbox import Drawn, Ended, Outbox

Point = tuple[Any, ...]
"""Run, arm, key, step, time, value."""
CONFIG = Path(__file__).resolve().parents[1] / "configs" / "quickstart.yaml"


@dataclass(frozen=True)
class Cost:
    """Of one command, its children included."""

    wall_s: float
    cpu_s: float

    @classmethod
    def least(cls, costs: Sequence["Cost"]) -> "Cost":
        """Each figure from the round in which it was least."""
        return cls(min(cost.wall_s for cost in costs), min(cost.cpu_s for cost in costs))


async def outage(quick: bool, quiet: bool) -> Iterable[Goal]:
    """How much longer the run takes, what arrives afterwards, and what of it twice."""
    del quiet
    return await asyncio.to_thread(_goals, 1 if quick else 3, 10 if quick else 40)


def _goals(rounds: int, tasks: int) -> list[Goal]:
    with TemporaryDirectory() as folder:
        root = Path(folder)
        with mlflow_server(f"sqlite:///{root / 'mlflow.db'}", root) as server:
            costs = [_round(server, root, tasks) for _ in range(rounds)]
            server.start()
            synced = _wardian("sync", "--all", "--output", str(root / "runs"))
        promised, there = _promised(root / "runs"), _points(root / "mlflow.db")
        doubled = _doubled(root / "mlflow.db")
    off, up, down = (Cost.least(column) for column in zip(*costs, strict=True))
    return [
        Goal("a run with tracking off", off.wall_s, "s"),
        Goal("a run with an MLflow server that answers", up.wall_s, "s"),
        Goal("a run without one", down.wall_s, "s"),
        Goal("longer without a server than with one", 100 * (down.wall_s / up.wall_s - 1), "%", 2),
        Goal("CPU of the run with tracking off", off.cpu_s, "s"),
        Goal("CPU of the run with a server", up.cpu_s, "s"),
        Goal("CPU of the run without one", down.cpu_s, "s"),
        Goal(f"`wardian sync --all` of {rounds} runs", synced.wall_s, "s"),
        Goal("points of metrics that were promised", promised.total(), "points"),
        Goal("of them there afterwards", 100 * (promised & there).total() / promised.total(), "%", 100, "at least"),
        Goal("there twice, or never promised", (there - promised).total(), "points", 0),
        Goal("runs and prompt versions that are there twice", doubled, "rows", 0),
    ]


def _round(server: MlflowServer, root: Path, tasks: int) -> tuple[Cost, Cost, Cost]:
    """With tracking off, with a server, and without one, which is away before and long after."""
    off = _run(root, tasks, "tracking.enabled=false")
    server.start()
    up = _run(root, tasks, f"tracking.uri={server.uri}")
    server.kill()
    return off, up, _run(root, tasks, f"tracking.uri={server.uri}")


def _run(root: Path, tasks: int, tracking: str) -> Cost:
    changes = ("executor={kind: local, concurrency: 16}", f"environments.0.tasks={tasks}", f"output={root / 'runs'}")
    return _wardian("run", str(CONFIG), *(word for change in (*changes, tracking) for word in ("--set", change)))


def _wardian(*words: str) -> Cost:
    """What a command takes."""
    begun, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "wardian", *words], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(time.perf_counter() - begun, cpu_s)


def _promised(runs: Path) -> Counter[Point]:
    """What the outboxes say."""
    found: Counter[Point] = Counter()
    for path in runs.glob("*/outbox"):
        for entry, _ in Outbox(path.parent).entries():
            points = entry.points if isinstance(entry, Ended) else (entry.point,) if isinstance(entry, Drawn) else ()
            for point in points:
                run = (path.parent.name, point.arm)
                found.update((*run, key, point.step, point.at_ms, value) for key, value in point.values.items())
    return found


def _points(database: Path) -> Counter[Point]:
    """What the store has of the runs, in the same words."""
    tag = "(SELECT value FROM tags WHERE run_uuid = metrics.run_uuid AND key = '{}')"
    run, arm = tag.format("wardian.run_id"), tag.format("wardian.arm")
    return Counter(_rows(database, f"SELECT {run}, {arm}, key, step, timestamp, value FROM metrics"))


def _doubled(database: Path) -> int:
    """Runs of the same arm of the same run, deleted ones too, and versions of the same prompt with the same text."""
    tags = "tags AS r LEFT JOIN tags AS a ON a.run_uuid = r.run_uuid AND a.key = 'wardian.arm'"
    runs = Counter(_rows(database, f"SELECT r.value, a.value FROM {tags} WHERE r.key = 'wardian.run_id'"))
    texts = Counter(_rows(database, "SELECT name, value FROM model_version_tags WHERE key = 'mlflow.prompt.text'"))
    assert runs
    assert texts
    return sum(count - 1 for count in (*runs.values(), *texts.values()))


def _rows(database: Path, query: str) -> list[Point]:
    with closing(sqlite3.connect(database)) as connection:
        return list(connection.execute(query))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one round of a quarter of the tasks")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    report(asyncio.run(outage(options.quick, options.json)), as_json=options.json)
