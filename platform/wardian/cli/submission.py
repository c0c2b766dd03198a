"""`wardian submit`: a job on a running Ray cluster."""

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from rich.console import Console

import wardian
from wardian.base.errors import ConfigError
from wardian.cli.loading import load
from wardian.cluster.submission import Submission
from wardian.environments.packs import bundled_roots, find_pack
from wardian.output import tracked_here
from wardian.specs.job import JobSpec
from wardian.specs.output import is_bucket

__all__ = ["submit_job"]

DASHBOARD = "http://127.0.0.1:8265"
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def submit_job(
    config: Path, overrides: Sequence[str], environ: Mapping[str, str], *, address: str | None, wait: bool
) -> int:
    """Check the job here, ship the working directory and start the run there; the exit code.

    Raises:
        ConfigError: when the job is wrong, lies outside the working directory, or no cluster answers.
    """
    job = load(config, overrides=overrides, environ=environ)
    folder, dashboard = Path.cwd(), address or _dashboard(environ.get("RAY_ADDRESS"))
    if not config.resolve().is_relative_to(folder):
        raise ConfigError(f"{config}: lies outside {folder}, and only that is shipped; run from the project's folder")
    words = [str(config.resolve().relative_to(folder))]
    others = [assignment for assignment in overrides if not assignment.startswith("output=")]
    for assignment in (*others, *_places(job, dashboard)):
        words += ["--set", assignment]
    _check_shipped(job, folder)
    return asyncio.run(_submit(Submission(dashboard), words, folder, wait=wait))


async def _submit(submission: Submission, words: list[str], folder: Path, *, wait: bool) -> int:
    console = Console()
    console.print(f"submitted {await submission.submit(words, folder)}", highlight=False)
    if not wait:
        return 0
    async for lines in submission.follow():
        console.out(lines, end="", highlight=False)
    return await submission.exit_code()


def _check_shipped(job: JobSpec, folder: Path) -> None:
    """Only the working folder and the package travel: packs beside an editable installation would stay behind.

    Raises:
        ConfigError: naming the pack.
    """
    for index, environment in enumerate(job.environments):
        pack = find_pack(environment.pack, bundled_roots()).resolve()
        if not any(pack.is_relative_to(shipped) for shipped in (folder, Path(wardian.__file__).parent)):
            raise ConfigError(f"environments.{index}: the pack '{environment.pack}' is not shipped; copy it into envs/")


def _places(job: JobSpec, dashboard: str) -> Iterator[str]:
    """Where the cluster shall write, as assignments for `--set`.

    Raises:
        ConfigError: when it would write into the folder that Ray unpacks there and throws away.
    """
    if not is_bucket(job.output):
        yield f"output={json.dumps(str(_output(Path(job.output), dashboard)))}"
        return
    yield f"output={json.dumps(job.output)}"
    if (tracking := tracked_here(job).tracking) != job.tracking:
        if urlsplit(dashboard).hostname not in LOOPBACK:
            raise ConfigError(
                "tracking.uri: name an MLflow server: by itself MLflow writes a file, and output is a bucket"
            )
        yield f"tracking.uri={json.dumps(tracking.uri)}"


def _output(output: Path, dashboard: str) -> Path:
    """Where the cluster shall write: never into the folder that Ray unpacks there and throws away.

    Raises:
        ConfigError: when a relative path would mean a place on another machine.
    """
    if output.is_absolute() or urlsplit(dashboard).hostname in LOOPBACK:
        return output.resolve()
    raise ConfigError(f"output: '{output}' is relative; name an absolute folder that the cluster's head can write to")


def _dashboard(address: str | None) -> str:
    """RAY_ADDRESS may name the dashboard; the address of the cluster itself cannot take jobs."""
    return address if address and address.startswith("http") else DASHBOARD
