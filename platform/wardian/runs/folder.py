"""The folder of a run: everything about it, on disk, or what of it is not in a bucket."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final, Literal, get_args

from pydantic import TypeAdapter

from wardian.base.errors import ConfigError, StoreError
from wardian.base.store import RunStore
from wardian.models.endpoint import RunningServer
from wardian.runs.folder_store import FolderStore
from wardian.runs.journal import load_record, read_journal
from wardian.runs.pausing import Pause
from wardian.runs.recorded_job import job_in, new_id, with_full_paths
from wardian.runs.status import FILE as STATUS
from wardian.runs.steps.journal import CALLS
from wardian.scoring.finished import Finished
from wardian.scoring.metric import Metric
from wardian.scoring.own import ScorerCard
from wardian.scoring.score import Scored
from wardian.specs.job import JobSpec
from wardian.specs.names import nearest

__all__ = ["JOB", "RunFolder", "StopRequest", "argument_of"]

RUNS: Final = "runs"
"""Where runs are looked for when one says nothing else."""
JOB: Final = "job.json"
PAUSE: Final = "pause.json"
STOP: Final = "stop"
EPOCH: Final = "epoch"
SCORERS: Final = "scorers.json"
SCORERS_TYPE: Final = TypeAdapter(tuple[ScorerCard, ...])
SERVERS: Final = "servers.json"
SERVERS_TYPE: Final = TypeAdapter(dict[str, RunningServer])

StopRequest = Literal["pause", "cancel"]
"""How somebody wants a run to stop: let what is being played end, or end it at once."""


def argument_of(path: Path) -> str:
    """What commands that are typed here take for the run in this folder: its id, or the folder when it is elsewhere."""
    return path.name if path.absolute().parent == Path.cwd() / RUNS else str(path)


class RunFolder:
    """`OUTPUT/RUN_ID/`: what the run's store holds, and what is derived from it.

    The store: `job.json`, `manifest/`, `results/`, `verdicts/`, `calls/`, `status.json`; `pause.json` as long as the
    run is paused; `hindsights.json` once somebody has looked back. Derived: `tables/`, `leaderboard.*`, `outbox/`,
    `logs/`.

    A run in a bucket has its store there. Then the folder is one of this machine only, and when the run closes, what is
    derived goes into the bucket as well (`wardian.runs.sharing`).

    Args:
        path: the folder.
        store: what other processes must find; by default it is in the folder.
        url: where the store is opened, if that is elsewhere.
    """

    def __init__(self, path: Path, store: RunStore | None = None, url: str | None = None) -> None:
        self.path = path
        self.store: RunStore = store or FolderStore(path)
        self.elsewhere = url
        """Where the run is when that is not the folder."""

    @classmethod
    def create(cls, job: JobSpec, now: datetime) -> "RunFolder":
        """Make the folder of a new run in a folder, named after the job and the moment.

        Raises:
            ConfigError: when nothing can be written there.
        """
        folder = cls(Path(job.output).resolve() / new_id(job, now))
        folder.begin(job)
        return folder

    def begin(self, job: JobSpec) -> None:
        """Be a new run, of `job`.

        The recorded job has the full path of its reply cache: workers and `resume` may be started elsewhere.

        Raises:
            ConfigError: when nothing can be written there.
        """
        try:
            self.logs.mkdir(parents=True)
            self._keep(with_full_paths(job))
        except OSError as error:
            why = error.strerror or error
            raise ConfigError(f"output: cannot write to '{job.output}' ({why})") from error

    @classmethod
    def below(cls, output: Path) -> "tuple[RunFolder, ...]":
        """All runs in `output`, by name."""
        return tuple(cls(path.parent.resolve()) for path in sorted(output.glob(f"*/{JOB}")))

    @classmethod
    def find(cls, run: str, output: Path) -> "RunFolder":
        """The run with this id below `output`, or at this path; "last" is the newest.

        Raises:
            ConfigError: when there is none.
        """
        known = {path.parent.name: path.parent for path in sorted(output.glob(f"*/{JOB}"))}
        if run == "last" and known:
            return cls(max(known.values(), key=lambda path: (path / JOB).stat().st_mtime).resolve())
        if (Path(run) / JOB).exists():
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
    def url(self) -> str:
        """What opens the run, on any machine that sees it."""
        return self.elsewhere or str(self.path)

    @property
    def argument(self) -> str:
        """What commands take for RUN, without an `--output`."""
        return self.elsewhere or argument_of(self.path)

    @property
    def job_file(self) -> Path:
        """The resolved job: prompts read, overrides applied, no secrets. A copy, if the run is elsewhere."""
        return self.path / JOB

    @property
    def played(self) -> bool:
        """Whether some process plays it now, wherever it runs."""
        return self.store.held()

    @property
    def hangs(self) -> Path:
        """Which episodes took a process with them, see `wardian.runs.hangs`."""
        return self.path / "hangs"

    def close_calls(self) -> None:
        """All episodes have a result: their calls are not needed any more."""
        for log in self.store.logs(CALLS):
            self.store.delete(log)

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

    def begin_epoch(self) -> int:
        """The number of this part of the run, higher than all before; for who holds it."""
        epoch = int(self.store.get(EPOCH) or 0) + 1
        self.store.put(EPOCH, str(epoch).encode())
        return epoch

    def servers(self) -> dict[str, RunningServer]:
        """Where the job's own servers were in an earlier part of the run."""
        return SERVERS_TYPE.validate_json(self.store.get(SERVERS) or b"{}")

    def note_servers(self, servers: dict[str, RunningServer]) -> None:
        """Remember where they are."""
        if servers:
            self.store.put(SERVERS, SERVERS_TYPE.dump_json(servers))

    def scorers(self) -> tuple[ScorerCard, ...]:
        """The users' scorers whose numbers are in the run."""
        return SCORERS_TYPE.validate_json(self.store.get(SCORERS) or b"[]")

    def note_scorers(self, cards: tuple[ScorerCard, ...]) -> None:
        """Remember them."""
        if cards != self.scorers():
            self.store.put(SCORERS, SCORERS_TYPE.dump_json(cards))

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """The metrics of these scorers."""
        return tuple(metric for card in self.scorers() for metric in card.metrics)

    @property
    def begun(self) -> bool:
        """Whether a process has said how it is doing, see `wardian.runs.status`."""
        return self.store.get(STATUS) is not None

    @property
    def unplayed(self) -> bool:
        """Whether the run never got to its first result, nor to an answer on the way there."""
        return not any(read_journal(self.store)) and not self.store.logs(CALLS)

    def discard_if_unplayed(self) -> None:
        """Leave nothing of a run that never got to its first result, if the store can be asked and nobody plays it."""
        with suppress(StoreError):
            if self.unplayed and not self.played:
                self.store.discard()
                shutil.rmtree(self.path, ignore_errors=True)

    def note_pause(self, pause: Pause | None) -> None:
        """Keep why the run is paused, for whoever looks at it later; None: it is not.

        A store that takes nothing more may be the very reason: nobody hears of it there.
        """
        with suppress(OSError):
            if pause is None:
                self.store.remove(PAUSE)
            else:
                self.store.put(PAUSE, pause.model_dump_json(indent=2).encode())

    @property
    def pause(self) -> Pause | None:
        """Why the run is paused."""
        noted = self.store.get(PAUSE)
        return None if noted is None else Pause.model_validate_json(noted)

    def ask_to_stop(self, how: StopRequest | None) -> None:
        """Tell the process that plays this run, wherever it runs, to stop; None takes back what was said before."""
        if how is None:
            self.store.remove(STOP)
        else:
            self.store.put(STOP, how.encode())

    @property
    def stop_request(self) -> StopRequest | None:
        """How the run was asked to stop."""
        said = (self.store.get(STOP) or b"").decode()
        return next((how for how in get_args(StopRequest) if how == said), None)

    def record(self, job: JobSpec) -> JobSpec:
        """Let `job`, which is returned with full paths, be that of the run; a crash leaves the old or the new one."""
        recorded = with_full_paths(job)
        self.logs.mkdir(parents=True, exist_ok=True)  # whoever plays a run in a bucket may never have seen it before
        if recorded != self.job() or not self.job_file.exists():
            self._keep(recorded)
        return recorded

    def job(self) -> JobSpec:
        """The job as it was planned.

        Raises:
            ConfigError: when there is none, or none that this version of Wardian can read.
        """
        where = f"{self.store.url}/{JOB}"
        try:
            data = self.store.get(JOB)
        except OSError as error:
            raise ConfigError(f"{where}: cannot be read ({error.strerror or error})") from None
        if data is None:
            raise ConfigError(f"{where}: there is none")
        return job_in(data, where)

    def latest(self) -> Iterator[Finished]:
        """The newest result of every episode, also of those that will run again; one in memory at a time."""
        return read_journal(self.store)

    def finished(self) -> Iterator[Finished]:
        """Those that need not run again; what somebody else than the agent broke does."""
        return (finished for finished in self.latest() if not finished.result.again)

    def records(self) -> Iterator[Scored]:
        """What happened in them, one in memory at a time."""
        return map(self.load, self.finished())

    def load(self, finished: Finished) -> Scored:
        """What happened in an episode.

        Raises:
            ConfigError: when its record is damaged.
        """
        return load_record(self.store, finished)

    def _keep(self, job: JobSpec) -> None:
        data = job.model_dump_json(indent=2).encode()
        self.store.put(JOB, data)
        if self.elsewhere is not None:
            self.job_file.write_bytes(data)
