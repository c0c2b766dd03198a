"""`wardian submit`: a job on a running Ray cluster."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from rich.console import Console

from wardian.base.errors import ConfigError
from wardian.cluster.submission import Submission
from wardian.specs.load import load

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
    for assignment in (*overrides, f"output={_output(Path(job.output), dashboard)}"):
        words += ["--set", assignment]
    submission = Submission(dashboard)
    console = Console()
    console.print(f"submitted {submission.submit(words, folder)}", highlight=False)
    return asyncio.run(_follow(submission, console)) if wait else 0


async def _follow(submission: Submission, console: Console) -> int:
    async for lines in submission.follow():
        console.out(lines, end="", highlight=False)
    return await submission.exit_code()


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
