"""What grows with a run: wall time, CPU of a turn, memory of the driver, cost of an episode; and what hung ones cost.

python benchmarks/scale.py [--quick] [--json] [--only makespan,memory,length,hung]

All but the makespan are `wardian run` as a process of its own. CPU is that of all its processes, start-up taken off.
"""

import argparse
import asyncio
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from goals import Goal, report
from makespan import SleepyWorker, makespan
from worlds import HERE

from wardian.runs.folder import RunFolder

TURNS, LATENCY_S = 5, 1.0
HUNG_S = 10.0
JOB = """\
name: scale
environments: [{{pack: turns, knobs: {{tasks: {tasks}, calls: 4, hangs: {hangs}}}}}]
agents: [{{kind: reference}}]
repeats: {repeats}
executor: {executor}
limits: {{wall_s: {wall_s}}}
tracking: {{enabled: false}}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a tenth of everything")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", default="makespan,memory,length,hung")
    options = parser.parse_args()
    measures: dict[str, Callable[[int], Iterable[Goal]]] = {
        "makespan": concurrent,
        "memory": memory,
        "length": length,
        "hung": hung,
    }
    share = 10 if options.quick else 1
    goals = [goal for name in options.only.split(",") for goal in measures[name](share)]
    report(goals, as_json=options.json)


def concurrent(share: int) -> Iterator[Goal]:
    """Everything at once on two workers; the ideal is the model's latency alone."""
    episodes = 10_000 // share
    span = asyncio.run(makespan(episodes // 2, SleepyWorker))
    name = f"{episodes:,} concurrent episodes x {TURNS} turns of {LATENCY_S:g} s on 2 workers"
    yield Goal(f"{name}, makespan / ideal", span.seconds / (TURNS * LATENCY_S), "x", 1.10)
    yield Goal("that, CPU a turn of workers and driver", 1_000 * span.cpu_s / (episodes * TURNS), "ms", 0.7)


def memory(share: int) -> Iterator[Goal]:
    """What the driver of a run on Ray keeps of a longer run."""
    executor = "{kind: ray, workers: 2, concurrency: 256}"
    small, large = (_run(number // share, executor=executor) for number in (1_000, 10_000))
    yield Goal("memory of the driver of 1,000 episodes on Ray", small.driver_mb, "MB")
    yield Goal("more for 10,000 episodes", large.driver_mb - small.driver_mb, "MB", 100)


def length(share: int) -> Iterator[Goal]:
    """An episode of a long run beside one of a short run."""
    executor = "{kind: local, concurrency: 64}"
    start = _run(1, executor=executor)
    short, long = (_run(number // share, executor=executor) for number in (1_000, 100_000))
    each = [1_000 * (run.cpu_s - start.cpu_s) / (run.episodes - 1) for run in (short, long)]
    yield Goal(f"CPU of an episode of {short.episodes:,}", each[0], "ms")
    yield Goal(f"CPU of an episode of {long.episodes:,}", each[1], "ms")
    yield Goal("the latter relative to the former", each[1] / each[0], "x", 1.1)
    yield Goal(f"memory of one process for {long.episodes:,} episodes", long.driver_mb, "MB")
    yield Goal("of which more than for the short run", long.driver_mb - short.driver_mb, "MB")


def hung(share: int) -> Iterator[Goal]:
    """One episode in a hundred never gets an answer from its world."""
    executor = "{kind: local, concurrency: 256}"
    run = _run(1_000 // share, hangs=100, executor=executor)
    yield Goal(f"{run.episodes:,} episodes of which 1 % hang: ends after the rest", run.tail_s, "s", HUNG_S + 10)
    yield Goal("of these, with a typed result", run.finished, "episodes", run.episodes, "at least")


@dataclass(frozen=True)
class Run:
    """What one `wardian run` took, and what it left."""

    episodes: int
    cpu_s: float
    driver_mb: float
    finished: int
    tail_s: float


def _run(episodes: int, *, executor: str, hangs: int = 0) -> Run:
    tasks = min(episodes, 1_000)
    words = {"tasks": tasks, "repeats": episodes // tasks, "hangs": hangs, "executor": executor, "wall_s": HUNG_S}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "envs").symlink_to(HERE / "packs")
        (folder / "job.yaml").write_text(JOB.format(**words))
        before, driver_mb = _children_s(), _peak_mb([sys.executable, "-m", "wardian", "run", "job.yaml"], folder)
        cpu_s = _children_s() - before
        ends = sorted(
            (each.result.ended_at, each.result.wall_s) for each in RunFolder.find("last", folder / "runs").latest()
        )
    rest = [ended for ended, wall_s in ends if wall_s < HUNG_S / 2]
    return Run(episodes, cpu_s, driver_mb, len(ends), ends[-1][0] - rest[-1])


def _peak_mb(command: list[str], folder: Path) -> float:
    """Run the command; the most memory that its first process had."""
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        peak = 0.0
        while process.poll() is None:
            peak = max(peak, _resident_mb(process.pid))
            time.sleep(0.2)
        if process.returncode not in (0, 3):
            assert process.stderr is not None
            raise AssertionError(process.stderr.read().decode())
    return peak


def _resident_mb(pid: int) -> float:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (FileNotFoundError, ProcessLookupError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _children_s() -> float:
    """CPU of all processes that have ended below this one."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
