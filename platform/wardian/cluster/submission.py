"""Handing a job to a running cluster: the same as `ray job submit`, with the runtime environment filled in."""

import asyncio
import shlex
from collections.abc import AsyncIterator
from pathlib import Path

from ray.job_submission import JobStatus, JobSubmissionClient

from wardian.base.errors import ConfigError
from wardian.cluster.session import runtime_env

__all__ = ["Submission"]

POLL_S = 1.0


class Submission:
    """One job on the cluster at `address` (the dashboard's, e.g. http://127.0.0.1:8265).

    Raises:
        ConfigError: when no cluster answers there.
    """

    def __init__(self, address: str) -> None:
        try:
            self._client = JobSubmissionClient(address)
        except (ConnectionError, RuntimeError, ValueError) as error:
            raise ConfigError(f"no Ray dashboard at {address}: {str(error).splitlines()[0]}") from error
        self.id = ""

    def submit(self, arguments: list[str], folder: Path) -> str:
        """Ship `folder` and the package, and start `python jobs/evaluate.py ARGUMENTS` there; the job's id."""
        entrypoint = f"python -m wardian run {shlex.join(arguments)}"
        self.id = self._client.submit_job(entrypoint=entrypoint, runtime_env=runtime_env(folder))
        return self.id

    async def follow(self) -> AsyncIterator[str]:
        """What the job prints, until it ends."""
        async for lines in self._client.tail_job_logs(self.id):
            yield lines

    async def succeeded(self) -> bool:
        """Wait for the end; whether it was a good one."""
        while True:
            status = self._client.get_job_status(self.id)
            if status.is_terminal():
                return bool(status == JobStatus.SUCCEEDED)
            await asyncio.sleep(POLL_S)
