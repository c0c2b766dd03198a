"""`wardian submit`: a job on a running Ray cluster."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console

from wardian.base.errors import ConfigError
from wardian.cli.exits import INCOMPLETE
from wardian.cluster.submission import Submission
from wardian.specs.load import load

__all__ = ["submit_job"]

DASHBOARD = "http://127.0.0.1:8265"


def submit_job(
    config: Path, overrides: Sequence[str], environ: Mapping[str, str], *, address: str | None, wait: bool
) -> int:
    """Check the job here, ship the working directory and start the run there; the exit code.

    Raises:
        ConfigError: when the job is wrong, lies outside the working directory, or no cluster answers.
    """
    load(config, overrides=overrides, environ=environ)
    folder = Path.cwd()
    if not config.resolve().is_relative_to(folder):
        raise ConfigError(
            f"{config}: lies outside {folder}, which is what the cluster gets; run from the project's folder"
        )
    words = [str(config.resolve().relative_to(folder))]
    for assignment in overrides:
        words += ["--set", assignment]
    submission = Submission(address or _dashboard(environ.get("RAY_ADDRESS")))
    console = Console()
    console.print(f"submitted {submission.submit(words, folder)}", highlight=False)
    return asyncio.run(_follow(submission, console)) if wait else 0


async def _follow(submission: Submission, console: Console) -> int:
    async for lines in submission.follow():
        console.out(lines, end="", highlight=False)
    return 0 if await submission.succeeded() else INCOMPLETE


def _dashboard(address: str | None) -> str:
    """RAY_ADDRESS may name the dashboard; the address of the cluster itself cannot take jobs."""
    return address if address and address.startswith("http") else DASHBOARD
