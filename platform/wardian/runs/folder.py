"""The folder of a run: everything about it, on disk."""

import shutil
from collections.abc import Iterator
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import Literal, get_args

from pydantic import ValidationError

from wardian.base.errors import ConfigError
from wardian.runs.journal import read_journal
from wardian.runs.pausing import Pause
from wardian.scoring.score import Scored
from wardian.specs.job import JobSpec
from wardian.specs.names import nearest

__all__ = ["RunFolder", "StopRequest", "read_job"]

StopRequest = Literal["pause", "cancel"]
"""How somebody wants a run to stop: let what is being played end, or end it at once."""


class RunFolder:
    """`OUTPUT/RUN_ID/`: `job.json`, `journal.wal`, `calls/`, `status.json`, `tables/`, `leaderboard.*`, `logs/`.

    And `pause.json`, as long as the run is paused.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def create(cls, job: JobSpec, now: datetime) -> "RunFolder":
        """Make the folder of a new run, named after the job and the moment.

        The recorded job has the full path of its reply cache: workers and `resume` may be started elsewhere.

        Raises:
            ConfigError: when nothing can be written there.
        """
        spec = _with_full_paths(job).model_dump_json(indent=2)
        tail = blake2b(f"{now.isoformat()}{spec}".encode(), digest_size=2).hexdigest()
        folder = cls(Path(job.output).resolve() / f"{job.name}-{now:%Y%m%d-%H%M%S}-{tail}")
        try:
            folder.logs.mkdir(parents=True)
            folder.job_file.write_text(spec, encoding="utf-8")
        except OSError as error:
            raise ConfigError(f"output: cannot write to '{job.output}' ({error.strerror})") from error
        return folder

    @classmethod
    def below(cls, output: Path) -> "tuple[RunFolder, ...]":
        """All runs in `output`, by name."""
        return tuple(cls(path.parent.resolve()) for path in sorted(output.glob("*/job.json")))

    @classmethod
    def find(cls, run: str, output: Path) -> "RunFolder":
        """The run with this id below `output`, or at this path; "last" is the newest.

        Raises:
            ConfigError: when there is none.
        """
        known = {path.parent.name: path.parent for path in sorted(output.glob("*/job.json"))}
        if run == "last" and known:
            return cls(max(known.values(), key=lambda path: (path / "job.json").stat().st_mtime).resolve())
        if (Path(run) / "job.json").exists():
            return cls(Path(run).resolve())
        if not known:
            raise ConfigError(f"there are no runs in {output}/ yet; start one with `wardian run CONFIG`")
        if run not in known:
            raise ConfigError(f"there is no run '{run}' in {output}/; {nearest(run, known)}")
        return cls(known[run].resolve())

    @property
    def id(self) -> str:
        """The run's name."""
        return self.path.name

    @property
    def job_file(self) -> Path:
        """The resolved job: prompts read, overrides applied, no secrets."""
        return self.path / "job.json"

    @property
    def journal(self) -> Path:
        """The truth of the run."""
        return self.path / "journal.wal"

    @property
    def calls(self) -> Path:
        """The answers that models gave to episodes without a result, see `wardian.runs.steps`."""
        return self.path / "calls"

    def open_calls(self) -> Path:
        """Make the folder of the calls, and say where it is.

        Raises:
            ConfigError: when it cannot be made.
        """
        try:
            self.calls.mkdir(exist_ok=True)
        except OSError as error:
            raise ConfigError(f"{self.calls}: cannot be made ({error.strerror})") from None
        return self.calls

    @property
    def hangs(self) -> Path:
        """Which episodes took a process with them, see `wardian.runs.hangs`."""
        return self.path / "hangs"

    def close_calls(self) -> None:
        """All episodes have a result: their calls are not needed any more."""
        shutil.rmtree(self.calls, ignore_errors=True)

    @property
    def budget(self) -> Path:
        """What of the run's budget was given out."""
        return self.path / "budget.log"

    @property
    def accounts(self) -> Path:
        """What of accounts' budgets was given out, to all runs beside this one."""
        return self.path.parent / "accounts"

    @property
    def tables(self) -> Path:
        """The Parquet tables, derived from the journal."""
        return self.path / "tables"

    @property
    def logs(self) -> Path:
        """What the servers of the job said."""
        return self.path / "logs"

    @property
    def status_file(self) -> Path:
        """How the run is doing, see `wardian.runs.status`."""
        return self.path / "status.json"

    @property
    def unplayed(self) -> bool:
        """Whether the run never got to its first result, nor to an answer on the way there."""
        begun = self.journal.exists() and self.journal.stat().st_size > 0
        return not begun and not any(self.calls.glob("*"))

    def discard_if_unplayed(self) -> None:
        """Leave nothing of a run that never got to its first result."""
        if self.unplayed:
            shutil.rmtree(self.path)

    def note_pause(self, pause: Pause | None) -> None:
        """Keep why the run is paused, for whoever looks at it later; None: it is not."""
        if pause is None:
            self._pause_file.unlink(missing_ok=True)
        else:
            self._pause_file.write_text(pause.model_dump_json(indent=2), encoding="utf-8")

    @property
    def pause(self) -> Pause | None:
        """Why the run is paused."""
        return Pause.model_validate_json(self._pause_file.read_bytes()) if self._pause_file.exists() else None

    def ask_to_stop(self, how: StopRequest | None) -> None:
        """Tell the process that plays this run, wherever it runs, to stop; None takes back what was said before."""
        if how is None:
            self._stop_file.unlink(missing_ok=True)
        else:
            self._stop_file.write_text(how, encoding="utf-8")

    @property
    def stop_request(self) -> StopRequest | None:
        """How the run was asked to stop."""
        said = self._stop_file.read_text(encoding="utf-8") if self._stop_file.exists() else ""
        return next((how for how in get_args(StopRequest) if how == said), None)

    @property
    def _stop_file(self) -> Path:
        return self.path / "stop"

    @property
    def _pause_file(self) -> Path:
        return self.path / "pause.json"

    def record(self, job: JobSpec) -> JobSpec:
        """Let `job`, which is returned with full paths, be that of the run; a crash leaves the old or the new one."""
        recorded = _with_full_paths(job)
        if recorded != self.job():
            new = self.job_file.with_suffix(".new")
            new.write_text(recorded.model_dump_json(indent=2), encoding="utf-8")
            new.replace(self.job_file)
        return recorded

    def job(self) -> JobSpec:
        """The job as it was planned.

        Raises:
            ConfigError: when this version of Wardian cannot read it.
        """
        return read_job(self.job_file)

    def finished(self) -> set[str]:
        """Keys of the episodes that need not run again; those that somebody else than the agent broke do."""
        missing = {scored.episode.spec.key: scored.episode.missing for scored in read_journal(self.journal)}
        return {key for key, again in missing.items() if not again}

    def results(self) -> Iterator[Scored]:
        """The newest result of every finished episode, one in memory at a time."""
        return (scored for scored in self.latest() if not scored.episode.missing)

    def latest(self) -> Iterator[Scored]:
        """The newest result of every episode, also of those that will run again; one in memory at a time."""
        newest = {scored.episode.spec.key: position for position, scored in enumerate(read_journal(self.journal))}
        for position, scored in enumerate(read_journal(self.journal)):
            if newest.get(scored.episode.spec.key) == position:
                yield scored


def _with_full_paths(job: JobSpec) -> JobSpec:
    cache = job.cache.model_copy(update={"folder": str(Path(job.cache.folder).resolve())})
    return job.model_copy(update={"cache": cache})


def read_job(path: Path) -> JobSpec:
    """The job in a `job.json`.

    Raises:
        ConfigError: when there is none, or none that this version of Wardian can read.
    """
    try:
        return JobSpec.model_validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        key = ".".join(map(str, first["loc"]))
        raise ConfigError(f"{path}: not a job of this version of Wardian ({key}: {first['msg']})") from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from None
