"""Memory of a process that plays many episodes at once: what a worker of a cluster needs.

python benchmarks/worker_memory.py [--quick] [--json]

`wardian run` plays everything at once in one process of its own, against the simulated provider in another. The model
takes seconds for each answer, so that all episodes are in the middle of their conversations together. The process also
does what the coordinator of a cluster would do, so a worker needs a little less.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from goals import Goal, report

TASKS = 40
JOB = """\
name: memory
environments: [{{pack: retail, tasks: {tasks}}}]
prompts: {{plain: "Help the customer. Say what you will do before every change, and wait for a yes."}}
servers: {{simulator: {{kind: simulator, skills: {{sim: {{accuracy: 0.9, skip_confirmation: 0.1, latency_s: 4}}}}}}}}
models: {{sim: {{server: simulator}}}}
agents: [{{name: a, model: sim, prompt: plain}}]
repeats: {repeats}
executor: {{kind: local, concurrency: {episodes}}}
tracking: {{enabled: false}}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a fifth of the episodes")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    report(list(measured(200 if options.quick else 1_000)), as_json=options.json)


def measured(most: int) -> Iterator[Goal]:
    """What few and many episodes at once take, and what a thousand more would."""
    few, many = (peak_mb(episodes) for episodes in (TASKS, most))
    yield Goal(f"memory of one process with {TASKS} episodes of retail at once", few, "MB")
    yield Goal(f"with {most:,}", many, "MB")
    yield Goal("that is, for a thousand more", 1_000 * (many - few) / (most - TASKS), "MB")


def peak_mb(episodes: int) -> float:
    """The most memory that a run of so many episodes, all at once, had."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "job.yaml").write_text(JOB.format(tasks=TASKS, repeats=episodes // TASKS, episodes=episodes))
        command = [sys.executable, "-m", "wardian", "run", "job.yaml"]
        with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            peak = 0.0
            while process.poll() is None:
                with suppress(OSError, IndexError):  # it has just ended
                    peak = max(peak, high_water_mb(process.pid))
                time.sleep(0.1)
        if process.returncode:
            raise SystemExit(f"wardian run ended with code {process.returncode}")
    return peak


def high_water_mb(pid: int) -> float:
    """The most memory that a living process has had."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1_024


if __name__ == "__main__":
    main()
