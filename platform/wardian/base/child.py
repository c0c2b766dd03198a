"""A server that the job starts in a process of its own and stops again."""

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress

import orjson

from wardian.base.errors import InfraError

__all__ = ["ChildServer"]

STOP_GRACE_S = 5.0
LOG_TAIL_BYTES = 2_000


class ChildServer:
    """Runs `python ARGV...` and reads `{"url": ...}` from the first JSON line of its stdout.

    The child is expected to end when its stdin closes: so it dies with this process however that ends,
    kill -9 included, and no orphan keeps a port or a model in memory.
    """

    def __init__(self, argv: Sequence[str], *, name: str, log: str, start_timeout_s: float = 60.0) -> None:
        self._argv = argv
        self._name = name
        self._log = log
        self._start_timeout_s = start_timeout_s
        self._process: asyncio.subprocess.Process | None = None

    async def start(self, environ: Mapping[str, str] | None = None) -> str:
        """Start the server and return its base URL.

        Raises:
            InfraError: when it ends, or says no URL within the timeout; with the end of what it logged.
        """
        with open(self._log, "ab") as log:  # noqa: ASYNC230  (a local file, opened once)
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *self._argv,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                env=None if environ is None else {**os.environ, **environ},
            )
        try:
            return await asyncio.wait_for(self._announced(self._process), self._start_timeout_s)
        except TimeoutError:
            await self.stop()
            raise InfraError(
                f"server '{self._name}' was not ready after {self._start_timeout_s:.0f} s{self._tail()}"
            ) from None

    async def stop(self) -> None:
        """Close its stdin and wait; kill it when it does not end by itself."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), STOP_GRACE_S)
        except TimeoutError:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _announced(self, process: asyncio.subprocess.Process) -> str:
        assert process.stdout is not None  # noqa: S101  (it was opened as a pipe above)
        async for line in process.stdout:
            with suppress(orjson.JSONDecodeError, KeyError, TypeError):
                return str(orjson.loads(line)["url"])
        code = await process.wait()
        raise InfraError(f"server '{self._name}' ended with code {code} before it was ready{self._tail()}")

    def _tail(self) -> str:
        with open(self._log, "rb") as log:
            lines = log.read()[-LOG_TAIL_BYTES:].decode(errors="replace").strip().splitlines()
        return f": {lines[-1]}" if lines else ""
