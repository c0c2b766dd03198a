"""Handing a job to a running cluster: the same as `ray job submit`, with the runtime environment filled in."""

import asyncio
import logging
import shlex
from collections.abc import AsyncIterator
from pathlib import Path

from ray.job_submission import JobStatus, JobSubmissionClient

from wardian.base.errors import ConfigError
from wardian.cluster.session import runtime_env

__all__ = ["Submission"]

POLL_S = 1.0
LOST = 3


class Submission:
    """One job on the cluster at `address` (the dashboard's, e.g. http://127.0.0.1:8265).

    Raises:
        ConfigError: when no cluster answers there.
    """

    def __init__(self, address: str) -> None:
        logging.getLogger("ray").setLevel(logging.ERROR)
        try:
            self._client = JobSubmissionClient(address)
        except (ConnectionError, RuntimeError, ValueError) as error:
            raise ConfigError(f"no Ray dashboard at {address}: {str(error).splitlines()[0]}") from error
        self.id = ""

    def submit(self, arguments: list[str], folder: Path) -> str:
        """Ship `folder` and the package, and start `wardian run ARGUMENTS` there; the job's id."""
        entrypoint = f"python -m wardian run {shlex.join(arguments)}"
        self.id = self._client.submit_job(entrypoint=entrypoint, runtime_env=runtime_env(folder))
        return self.id

    async def follow(self) -> AsyncIterator[str]:
        """What the job prints, until it ends."""
        async for lines in self._client.tail_job_logs(self.id):
            yield lines

    async def exit_code(self) -> int:
        """Wait for the end; the exit code of `wardian run` there, 3 when the job ended without one."""
        while True:
            info = self._client.get_job_info(self.id)
            if info.status.is_terminal():
                lost = 0 if info.status == JobStatus.SUCCEEDED else LOST
                return lost if info.driver_exit_code is None else int(info.driver_exit_code)
            await asyncio.sleep(POLL_S)
