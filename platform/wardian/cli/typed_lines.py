"""Lines that a person types, or that come out of a pipe, without a thread that Ctrl-C could not end."""

import asyncio
import os
import sys
from contextlib import suppress
from typing import Final

__all__ = ["TypedLines"]

CHUNK_BYTES: Final = 65_536


class TypedLines:
    """Reads standard input; the prompt is shown only where somebody sees it."""

    def __init__(self, prompt: str) -> None:
        self._prompt = prompt if sys.stdin.isatty() else ""
        self._rest = b""

    async def __call__(self) -> str:
        """The next line.

        Raises:
            EOFError: when there is none any more.
        """
        sys.stdout.write(self._prompt)
        sys.stdout.flush()
        while b"\n" not in self._rest:
            chunk = await self._chunk()
            if not chunk and not self._rest:
                raise EOFError
            self._rest += chunk or b"\n"
        line, _, self._rest = self._rest.partition(b"\n")
        return line.decode(errors="replace")

    async def _chunk(self) -> bytes:
        loop, descriptor = asyncio.get_running_loop(), sys.stdin.fileno()
        ready: asyncio.Future[None] = loop.create_future()
        with suppress(PermissionError):  # a file on a disk is always ready, and cannot be waited for
            loop.add_reader(descriptor, ready.set_result, None)
            try:
                await ready
            finally:
                loop.remove_reader(descriptor)
        return os.read(descriptor, CHUNK_BYTES)
