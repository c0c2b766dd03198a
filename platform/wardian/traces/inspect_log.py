"""Inspect's logs (`.eval`): a zip archive with one JSON file a sample, read and written one sample at a time.

Written without Inspect; its own `read_eval_log`, `samples_df` and viewer read it. What has to stand at the end of the
archive waits in a file meanwhile, so that memory does not grow with the number of samples (but for the archive's own
list of files, some hundred bytes each).
"""

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from math import inf
from pathlib import Path
from typing import IO, Any, Final
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

import orjson

from wardian.base.errors import ConfigError
from wardian.base.frozen import Frozen
from wardian.specs.masking import mask
from wardian.traces.inspect_sample import inspect_sample, moment, sample_summary, transcript_of_sample
from wardian.traces.transcript import Transcript

__all__ = ["LOG", "InspectLog", "LogHead", "inspect_log", "transcripts_of_log"]

LOG: Final = ".eval"
SCHEMA: Final = 2
SAMPLES: Final = "samples/"
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


@contextmanager
def inspect_log(path: Path, head: LogHead) -> Iterator["InspectLog"]:
    """A new log at `path`; it is complete once this is left."""
    with ZipFile(path, "w", ZIP_DEFLATED) as archive, tempfile.TemporaryFile() as summaries:
        log = InspectLog(archive, summaries, head)
        yield log
        log.finish()


class InspectLog:
    """A log while it is written.

    Args:
        archive: takes the samples.
        summaries: where their summaries wait.
        head: what it says of itself.
    """

    def __init__(self, archive: ZipFile, summaries: IO[bytes], head: LogHead) -> None:
        self._head = head
        self._zip = archive
        self._summaries = summaries
        self._samples = 0
        self._sums: dict[str, list[float]] = {}
        self._usage: dict[str, Counter[str]] = {}
        self._began, self._ended = inf, 0.0
        self._put("_journal/start.json", {"version": SCHEMA, "eval": self._eval(), "plan": self._plan()})

    def add(self, transcript: Transcript) -> None:
        """Write one conversation down as a sample."""
        sample = inspect_sample(transcript)
        name = f"{SAMPLES}{sample['id']}_epoch_{sample['epoch']}.json"
        self._zip.writestr(name, _masked(sample))
        self._summaries.write((b"," if self._samples else b"[") + _masked(sample_summary(sample)))
        self._count(transcript, sample)

    def finish(self) -> None:
        """Write down what all samples have in common."""
        self._summaries.write(b"]" if self._samples else b"[]")
        self._summaries.seek(0)
        with self._zip.open("summaries.json", "w", force_zip64=True) as member:
            shutil.copyfileobj(self._summaries, member)
        self._put("header.json", self._header())

    def _put(self, name: str, content: Mapping[str, Any]) -> None:
        self._zip.writestr(name, orjson.dumps(content))

    def _count(self, transcript: Transcript, sample: Mapping[str, Any]) -> None:
        self._samples += 1
        for metric, value in transcript.scores.items():
            total = self._sums.setdefault(metric, [0.0, 0])
            total[0] += value
            total[1] += 1
        for model, counts in sample["model_usage"].items():
            self._usage.setdefault(model, Counter()).update(counts)
        started = datetime.fromisoformat(sample["started_at"]).timestamp()
        self._began = min(self._began, started)
        self._ended = max(self._ended, started + sample["total_time"])

    def _eval(self) -> dict[str, Any]:
        head = self._head
        return {
            "eval_id": f"{head.run}-{head.task}-{head.arm}",
            "run_id": head.run,
            "created": moment(head.created),
            "task": head.task,
            "task_id": head.task,
            "task_version": head.version,
            "solver": head.arm,
            "dataset": {"name": head.task},
            "model": head.model or "none",
            "config": {},
            "packages": head.packages,
            "metadata": {"arm": head.arm, "run": head.run},
        }

    def _plan(self) -> dict[str, Any]:
        return {"name": "plan", "steps": [{"solver": self._head.arm, "params": {}}]}

    def _header(self) -> dict[str, Any]:
        counts = {"total_samples": self._samples, "completed_samples": self._samples}
        scores = [self._score(metric, total, int(count)) for metric, (total, count) in self._sums.items()]
        began = min(self._began, self._ended)
        return {
            "version": SCHEMA,
            "status": "success",
            "eval": {**self._eval(), "dataset": {"name": self._head.task, "samples": self._samples}},
            "plan": self._plan(),
            "results": {**counts, "scores": scores},
            "stats": {
                "started_at": moment(began),
                "completed_at": moment(self._ended),
                "model_usage": {model: dict(counts) for model, counts in self._usage.items()},
            },
        }

    def _score(self, metric: str, total: float, count: int) -> dict[str, Any]:
        mean = {"name": "mean", "value": total / count}
        samples = {"scored_samples": count, "unscored_samples": self._samples - count}
        return {"name": metric, "scorer": SCORER, "metrics": {"mean": mean}, **samples}


def _masked(content: Mapping[str, Any]) -> bytes:
    return mask(orjson.dumps(content).decode()).encode()


def transcripts_of_log(path: Path) -> Iterator[Transcript]:
    """The conversations in a log, one at a time.

    Raises:
        ConfigError: when it cannot be read.
    """
    try:
        with ZipFile(path) as archive:
            for name in archive.namelist():
                if name.startswith(SAMPLES) and name.endswith(".json"):
                    yield transcript_of_sample(orjson.loads(archive.read(name)))
    except (BadZipFile, NotImplementedError) as error:
        raise ConfigError(f"{path}: is no log of Inspect's that can be read here ({error})") from error
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from error
