"""Where runs are: in a folder, or in a bucket. Nobody above asks which.

What opens buckets is imported when there is one: Arrow takes a third of a second.
"""

import os
import re
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from wardian.base.errors import ConfigError
from wardian.base.store import RunStore
from wardian.runs.folder import JOB, RunFolder
from wardian.runs.folder_store import FolderStore
from wardian.runs.purpose import Purpose, purpose_of
from wardian.runs.recorded_job import new_id
from wardian.specs.job import JobSpec
from wardian.specs.names import nearest
from wardian.specs.output import BucketPlace, is_bucket
from wardian.tracking.tracker import default_uri

if TYPE_CHECKING:
    from wardian.storage.ownership import Terms

__all__ = ["SHARED", "Output", "find_run", "open_output", "open_run", "open_store", "tracked_here"]

MOMENT: Final = re.compile(r"-(\d{8}-\d{6})-[0-9a-f]+$")
SHARED: Final = Path("runs")
"""The folder for what runs in a bucket have in common, relative to where the command is started."""

NAMES: Final[dict[Purpose, str]] = {"evaluate": "run", "refine": "campaign", "sweep": "sweep"}
COMMANDS: Final[dict[Purpose, str]] = {"evaluate": "run", "refine": "refine", "sweep": "sweep"}


class Output(Protocol):
    """What holds runs."""

    def create(self, job: JobSpec, now: datetime) -> RunFolder:
        """A new run, named after the job and the moment.

        Raises:
            ConfigError: when nothing can be written there.
        """
        ...

    def find(self, run: str) -> RunFolder:
        """The run with this id; "last" is the newest.

        Raises:
            ConfigError: when there is none.
        """
        ...

    def newest(self, purpose: Purpose) -> RunFolder | None:
        """The newest of those that are for this; None when there is none."""
        ...

    def runs(self) -> tuple[RunFolder, ...]:
        """All of them, by name."""
        ...


def open_output(output: str, environ: Mapping[str, str]) -> Output:
    """What is at `output`, a folder or `s3://BUCKET/PREFIX`.

    Raises:
        ConfigError: when a bucket cannot be opened.
        CredentialError: when it refuses the key.
    """
    return _Bucket(BucketPlace.of(output), environ) if is_bucket(output) else _Folder(Path(output))


def find_run(run: str, output: str, environ: Mapping[str, str], purpose: Purpose | None = None) -> RunFolder:
    """The run with this id in `output`, or in this folder, or at `s3://BUCKET/PREFIX/RUN_ID`.

    Args:
        run: what was typed; "last" is the newest.
        output: a folder or `s3://BUCKET/PREFIX`.
        environ: where a bucket's endpoint is looked for, and TMPDIR.
        purpose: "last" is the newest that is for this.

    Raises:
        ConfigError: when there is none, or a bucket cannot be opened.
    """
    if run == "last" and purpose is not None:
        return _newest(output, environ, purpose)
    if not is_bucket(run):
        return open_output(output, environ).find(run)
    folder = open_run(run, environ)
    if folder.store.get(JOB) is None:
        raise ConfigError(f"{folder.store.url}: there is no run")
    return folder


def _newest(output: str, environ: Mapping[str, str], purpose: Purpose) -> RunFolder:
    found = open_output(output, environ).newest(purpose)
    if found is None:
        start = f"start one with `wardian {COMMANDS[purpose]} CONFIG`"
        place = BucketPlace.of(output).path if is_bucket(output) else output
        raise ConfigError(f"there is no {NAMES[purpose]} in {place} yet; {start}")
    return found


def open_run(url: str, environ: Mapping[str, str], terms: "Terms | None" = None) -> RunFolder:
    """The run that is kept at `url`.

    Args:
        url: a folder or `s3://BUCKET/PREFIX/RUN_ID`.
        environ: where a bucket's endpoint is looked for, and TMPDIR.
        terms: of holding a run in a bucket, for tests.

    Raises:
        ConfigError: when a bucket cannot be opened.
    """
    if not is_bucket(url):
        return RunFolder(Path(url))
    place = BucketPlace.of(url)
    return RunFolder(_here(place.name, environ), _opened(place, environ, terms), place.url)


def open_store(url: str | None, environ: Mapping[str, str]) -> RunStore | None:
    """The store at `url`; None when there is none, or when it is a folder that this machine does not see.

    Raises:
        ConfigError: when a bucket cannot be opened.
    """
    if url is not None and is_bucket(url):
        return _opened(BucketPlace.of(url), environ)
    return FolderStore(Path(url)) if url is not None and Path(url).is_dir() else None


def tracked_here(job: JobSpec) -> JobSpec:
    """The job of a run in a bucket, with MLflow's store named: by default a file, in a folder that is made for it."""
    if not is_bucket(job.output) or not job.tracking.enabled or job.tracking.uri is not None:
        return job
    with suppress(OSError):  # a store that cannot be written to costs a run nothing, and it says so
        SHARED.mkdir(exist_ok=True)
    return job.model_copy(update={"tracking": job.tracking.model_copy(update={"uri": default_uri(SHARED)})})


class _Folder:
    """A folder of runs."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def create(self, job: JobSpec, now: datetime) -> RunFolder:
        return RunFolder.create(job, now)

    def find(self, run: str) -> RunFolder:
        return RunFolder.find(run, self._path)

    def newest(self, purpose: Purpose) -> RunFolder | None:
        ours = [run for run in self.runs() if purpose_of(run.store) == purpose]
        return max(ours, key=lambda run: run.job_file.stat().st_mtime, default=None)

    def runs(self) -> tuple[RunFolder, ...]:
        return RunFolder.below(self._path)


class _Bucket:
    """A place in a bucket with runs below it. The newest is the one whose name says so: that costs one listing."""

    def __init__(self, place: BucketPlace, environ: Mapping[str, str]) -> None:
        from wardian.storage.bucket_url import open_objects

        self._place = place
        self._environ = environ
        self._objects = open_objects(place, environ)

    def create(self, job: JobSpec, now: datetime) -> RunFolder:
        folder = self._run(new_id(job, now))
        folder.begin(tracked_here(job))
        return folder

    def find(self, run: str) -> RunFolder:
        known = self._objects.folders("") if run == "last" else [run]
        for name in sorted(known, key=_moment, reverse=True):
            if self._holds(name):
                return self._run(name)
        names = self._objects.folders("")
        if not names:
            raise ConfigError(f"there are no runs in {self._place.path} yet; start one with `wardian run CONFIG`")
        raise ConfigError(f"there is no run '{run}' in {self._place.path}; {nearest(run, names)}")

    def newest(self, purpose: Purpose) -> RunFolder | None:
        names = sorted(self._objects.folders(""), key=_moment, reverse=True)
        found = (self._run(name) for name in names if self._holds(name))
        return next((run for run in found if purpose_of(run.store) == purpose), None)

    def runs(self) -> tuple[RunFolder, ...]:
        return tuple(self._run(name) for name in self._objects.folders("") if self._holds(name))

    def _holds(self, run: str) -> bool:
        return self._objects.get(f"{run}/{JOB}") is not None

    def _run(self, name: str) -> RunFolder:
        from wardian.storage.bucket_store import BucketStore

        place = self._place.below(name)
        store = BucketStore(self._objects.below(name), place.path)
        return RunFolder(_here(name, self._environ), store, place.url)


def _opened(place: BucketPlace, environ: Mapping[str, str], terms: "Terms | None" = None) -> RunStore:
    from wardian.storage.bucket_store import TERMS
    from wardian.storage.bucket_url import open_bucket

    return open_bucket(place.url, environ, terms=terms or TERMS)


def _moment(run: str) -> str:
    """When the run began, by its name; of one that was renamed nobody knows."""
    found = MOMENT.search(run)
    return found[1] if found else ""


def _here(run: str, environ: Mapping[str, str]) -> Path:
    """The folder on this machine for what is derived of a run in a bucket. Nobody else can read it.

    Raises:
        ConfigError: when somebody else has made one of this name.
    """
    folder = Path(environ.get("TMPDIR") or tempfile.gettempdir()).resolve() / f"wardian-{os.getuid()}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise ConfigError(f"{folder}: belongs to somebody else; set TMPDIR to a folder of yours")
    return folder / run
