"""The folder of a run: everything about it, on disk."""

from collections.abc import Iterator
from datetime import datetime
from hashlib import blake2b
from pathlib import Path

from wardian.base.errors import ConfigError
from wardian.runs.journal import read_journal
from wardian.scoring.score import Scored
from wardian.specs.job import JobSpec
from wardian.specs.names import nearest

__all__ = ["RunFolder"]


class RunFolder:
    """`OUTPUT/RUN_ID/` with `job.json`, `journal.wal`, `tables/`, `leaderboard.*` and `logs/`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def create(cls, job: JobSpec, now: datetime) -> "RunFolder":
        """Make the folder of a new run, named after the job and the moment."""
        spec = job.model_dump_json(indent=2)
        tail = blake2b(f"{now.isoformat()}{spec}".encode(), digest_size=2).hexdigest()
        folder = cls(Path(job.output).resolve() / f"{job.name}-{now:%Y%m%d-%H%M%S}-{tail}")
        folder.logs.mkdir(parents=True)
        folder.job_file.write_text(spec)
        return folder

    @classmethod
    def find(cls, run: str, output: Path) -> "RunFolder":
        """The run with this id below `output`, or at this path; "last" is the newest.

        Raises:
            ConfigError: when there is none.
        """
        known = {path.parent.name: path.parent for path in sorted(output.glob("*/job.json"))}
        if run == "last" and known:
            return cls(max(known.values(), key=lambda path: (path / "job.json").stat().st_mtime))
        if (Path(run) / "job.json").exists():
            return cls(Path(run).resolve())
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
    def tables(self) -> Path:
        """The Parquet tables, derived from the journal."""
        return self.path / "tables"

    @property
    def logs(self) -> Path:
        """What the servers of the job said."""
        return self.path / "logs"

    def job(self) -> JobSpec:
        """The job as it was planned."""
        return JobSpec.model_validate_json(self.job_file.read_bytes())

    def finished(self) -> set[str]:
        """Keys of the episodes that need not run again; those that somebody else than the agent broke do."""
        return set(self._newest())

    def results(self) -> Iterator[Scored]:
        """The newest result of every finished episode, one in memory at a time."""
        newest = self._newest()
        for position, scored in enumerate(read_journal(self.journal)):
            if newest.get(scored.episode.spec.key) == position:
                yield scored

    def _newest(self) -> dict[str, int]:
        """For every finished episode, where in the journal its newest result stands."""
        newest: dict[str, int] = {}
        for position, scored in enumerate(read_journal(self.journal)):
            newest.pop(scored.episode.spec.key, None)
            if not scored.episode.missing:
                newest[scored.episode.spec.key] = position
        return newest
