"""Inspect's logs, read and written one sample at a time.

Written without Inspect; its own `read_eval_log`, `samples_df` and viewer read it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from math import inf
from pathlib import Path
from typing import Any, Final

from wardian.base.dollars import total_usd
from wardian.base.frozen import Frozen
from wardian.traces.inspect_files import ARCHIVE, SAMPLES, SCHEMA, TEXT, LogFile, log_file, samples_of_archive
from wardian.traces.inspect_sample import inspect_sample, moment, transcript_of_sample
from wardian.traces.transcript import Transcript

__all__ = [
    "ARCHIVE", "TEXT", "InspectLog", "LogHead", "inspect_log", "is_inspect", "transcripts_of_log", "transcripts_of_text"
]  # fmt: skip

SCORER: Final = "wardian"


class LogHead(Frozen):
    """What a log says of itself: one task of Inspect's, which is an environment, and one model.

    Args:
        run: the run's id.
        created: when the run began, in seconds since the epoch.
        task: the environment's name.
        version: of its pack.
        arm: who played, Inspect's solver.
        model: whom the arm asks.
        packages: versions of what played.
    """

    run: str
    created: float
    task: str
    version: str
    arm: str
    model: str
    packages: dict[str, str] = {}

    @property
    def start(self) -> dict[str, Any]:
        """What is known before any sample."""
        return {"version": SCHEMA, "eval": self.eval(), "plan": self.plan}

    @property
    def plan(self) -> dict[str, Any]:
        """Inspect's word for what played."""
        return {"name": "plan", "steps": [{"solver": self.arm, "params": {}}]}

    def eval(self, **dataset: int) -> dict[str, Any]:
        """Inspect's word for what was played, with what is known of the `dataset`."""
        return {
            "eval_id": f"{self.run}-{self.task}-{self.arm}",
            "run_id": self.run,
            "created": moment(self.created),
            "task": self.task,
            "task_id": self.task,
            "task_version": self.version,
            "solver": self.arm,
            "dataset": {"name": self.task, **dataset},
            "model": self.model or "none",
            "config": {},
            "packages": self.packages,
            "metadata": {"arm": self.arm, "run": self.run},
        }


@contextmanager
def inspect_log(path: Path, head: LogHead) -> Iterator["InspectLog"]:
    """A new log at `path`, in JSON if it is called so; it is complete once this is left."""
    with log_file(path, head.start) as file:
        log = InspectLog(file, head)
        yield log
        file.finish(log.header)


class InspectLog:
    """A log while it is written.

    Args:
        file: takes the samples.
        head: what it says of itself.
    """

    def __init__(self, file: LogFile, head: LogHead) -> None:
        self._head = head
        self._file = file
        self._samples = 0
        self._sums: dict[str, list[float]] = {}
        self._usage: dict[str, Counter[str]] = {}
        self._costs: dict[str, float | None] = {}
        self._began, self._ended = inf, 0.0

    def add(self, transcript: Transcript) -> None:
        """Write one conversation down as a sample."""
        sample = inspect_sample(transcript)
        self._file.add(sample)
        self._count(transcript, sample)

    @property
    def header(self) -> dict[str, Any]:
        """What all samples have in common."""
        counts = {"total_samples": self._samples, "completed_samples": self._samples}
        scores = [self._score(metric, total, int(count)) for metric, (total, count) in self._sums.items()]
        usage = {model: {**counts, "total_cost": self._costs[model]} for model, counts in self._usage.items()}
        began, ended = moment(min(self._began, self._ended)), moment(self._ended)
        return {
            "version": SCHEMA,
            "status": "success",
            "eval": self._head.eval(samples=self._samples),
            "plan": self._head.plan,
            "results": {**counts, "scores": scores},
            "stats": {"started_at": began, "completed_at": ended, "model_usage": usage},
        }

    def _count(self, transcript: Transcript, sample: Mapping[str, Any]) -> None:
        self._samples += 1
        for metric, value in transcript.scores.items():
            total = self._sums.setdefault(metric, [0.0, 0])
            total[0] += value
            total[1] += 1
        for model, counts in sample["model_usage"].items():
            tokens = {name: count for name, count in counts.items() if name != "total_cost"}
            self._usage.setdefault(model, Counter()).update(tokens)
            self._costs[model] = total_usd((self._costs.get(model, 0.0), counts["total_cost"]))
        started = datetime.fromisoformat(sample["started_at"]).timestamp()
        self._began = min(self._began, started)
        self._ended = max(self._ended, started + sample["total_time"])

    def _score(self, metric: str, total: float, count: int) -> dict[str, Any]:
        mean = {"name": "mean", "value": total / count}
        samples = {"scored_samples": count, "unscored_samples": self._samples - count}
        return {"name": metric, "scorer": SCORER, "metrics": {"mean": mean}, **samples}


def transcripts_of_log(path: Path) -> Iterator[Transcript]:
    """The conversations in an archive, one at a time.

    Raises:
        ConfigError: when it cannot be read.
    """
    return map(transcript_of_sample, samples_of_archive(path))


def is_inspect(document: Any) -> bool:
    """Whether a JSON document is a log."""
    return isinstance(document, Mapping) and isinstance(document.get("eval"), Mapping) and "plan" in document


def transcripts_of_text(document: Mapping[str, Any]) -> Iterator[Transcript]:
    """The conversations in a log that is a JSON document; one may have none, or say nothing of them."""
    return map(transcript_of_sample, document.get(SAMPLES) or ())
