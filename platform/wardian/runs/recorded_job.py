"""`job.json`: a job as it was planned."""

from datetime import datetime
from hashlib import blake2b
from pathlib import Path

from pydantic import ValidationError

from wardian.base.errors import ConfigError
from wardian.base.frozen import first_problem
from wardian.specs.job import JobSpec

__all__ = ["job_in", "new_id", "read_job", "with_full_paths"]


def new_id(job: JobSpec, now: datetime) -> str:
    """The name of a new run: the job and the moment."""
    spec = with_full_paths(job).model_dump_json(indent=2)
    tail = blake2b(f"{now.isoformat()}{spec}".encode(), digest_size=2).hexdigest()
    return f"{job.name}-{now:%Y%m%d-%H%M%S}-{tail}"


def read_job(path: Path) -> JobSpec:
    """The job in a file.

    Raises:
        ConfigError: when there is none, or none that this version of Wardian can read.
    """
    try:
        return job_in(path.read_bytes(), str(path))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from None


def job_in(data: bytes, where: str) -> JobSpec:
    """The job that `data` describes; `where` it was found, for people.

    Raises:
        ConfigError: when this version of Wardian cannot read it.
    """
    try:
        return JobSpec.model_validate_json(data)
    except ValidationError as error:
        problem = first_problem(error, "the file")
        raise ConfigError(f"{where}: not a job of this version of Wardian ({problem})") from None


def with_full_paths(job: JobSpec) -> JobSpec:
    """The job for workers and `resume`, which may be started elsewhere."""
    cache = job.cache.model_copy(update={"folder": str(Path(job.cache.folder).resolve())})
    return job.model_copy(update={"cache": cache})
