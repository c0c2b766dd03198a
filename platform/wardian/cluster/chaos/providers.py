"""The simulators of a trial: processes of the command's own, which outlive whoever plays the run, and count."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import aiohttp

from wardian.base.child import ChildServer
from wardian.simulator.counting import ANSWERS, COUNT, Answer, Count, read_answers

__all__ = ["Providers", "counted"]


class Providers:
    """Simulators that run.

    Args:
        urls: where, by their names in the job.
        session: how to reach them.
    """

    def __init__(self, urls: dict[str, str], session: aiohttp.ClientSession) -> None:
        self.urls = urls
        self._session = session

    async def calls(self) -> int:
        """How many there were by now."""
        bodies = await asyncio.gather(*(self._get(url + COUNT) for url in self.urls.values()))
        return sum(Count.model_validate_json(body).answers for body in bodies)

    async def answers(self) -> Sequence[Answer]:
        """All that they were paid for."""
        bodies = await asyncio.gather(*(self._get(url + ANSWERS) for url in self.urls.values()))
        return [answer for body in bodies for answer in read_answers(body)]

    async def _get(self, url: str) -> bytes:
        async with self._session.get(url) as reply:
            return await reply.read()


@asynccontextmanager
async def counted(job_file: Path, names: Sequence[str], host: str, logs: Path) -> AsyncIterator[Providers]:
    """Serve the simulators of a job, which have answered nobody yet, until the end of the block.

    Args:
        job_file: the resolved job.
        names: of the simulators.
        host: the address at which workers reach this machine.
        logs: the folder for what they say.

    Raises:
        InfraError: when one does not start.
    """
    urls = {}
    async with AsyncExitStack() as stack:
        for name in names:
            argv = ["-m", "wardian", "simulate-counted", str(job_file), "--server", name, "--host", host]
            child = ChildServer(argv, name=name, log=str(logs / f"{name}.log"))
            stack.push_async_callback(child.stop)
            urls[name] = await child.start()
        yield Providers(urls, await stack.enter_async_context(aiohttp.ClientSession()))
