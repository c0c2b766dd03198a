"""Handing a job to a running cluster: the same as `ray job submit`, with the runtime environment filled in."""

import asyncio
import logging
import shlex
from collections.abc import AsyncIterator
from pathlib import Path

from ray.exceptions import AuthenticationError
from ray.job_submission import JobStatus, JobSubmissionClient

from wardian.base.errors import ConfigError, CredentialError, InfraError
from wardian.cluster.session import AUTH_HINT, runtime_env

__all__ = ["Submission"]

POLL_S = 1.0
PATIENCE_S = 30
NOT_YET = "No available agent"
LOST = 3


class Submission:
    """One job on the cluster at `address` (the dashboard's, e.g. http://127.0.0.1:8265).

    Raises:
        ConfigError: when no cluster answers there.
    """

    def __init__(self, address: str) -> None:
        try:
            self._client = JobSubmissionClient(address)
        except AuthenticationError as error:
            raise CredentialError(f"the Ray at {address} asks for a token: {AUTH_HINT}") from error
        except (ConnectionError, RuntimeError, ValueError) as error:
            raise ConfigError(f"no Ray dashboard at {address}: {str(error).splitlines()[0]}") from error
        logging.getLogger("ray").setLevel(logging.ERROR)  # the client has just set it to INFO
        self._address = address
        self.id = ""

    async def submit(self, arguments: list[str], folder: Path) -> str:
        """Ship `folder` and the package, and start `wardian run ARGUMENTS` there; the job's id.

        A cluster that has only just started may take half a minute until it takes jobs.

        Raises:
            InfraError: when it takes none.
        """
        entrypoint = f"python -m wardian run {shlex.join(arguments)}"
        for attempt in range(PATIENCE_S):
            try:
                self.id = self._client.submit_job(entrypoint=entrypoint, runtime_env=runtime_env(folder))
            except RuntimeError as error:
                if NOT_YET not in str(error) or attempt == PATIENCE_S - 1:
                    raise InfraError(
                        f"the Ray at {self._address} takes no job: {str(error).splitlines()[0]}"
                    ) from error
                await asyncio.sleep(POLL_S)
            else:
                break
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
