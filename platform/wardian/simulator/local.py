"""A provider on a real port of this process, for tests and benchmarks; `serve` is for a process of its own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from aiohttp import web

from wardian.simulator.asgi import Application
from wardian.simulator.bridge import handler_of

__all__ = ["served"]

BACKLOG: Final = 1024
DRAIN_S: Final = 1.0
"""For aiohttp, none at all would be forever."""


@asynccontextmanager
async def served(app: Application, port: int = 0, *, deserting: bool = False) -> AsyncIterator[str]:
    """Serve `app` on a port of loopback, by default a free one, until the end of the block; gives its URL.

    A request whose client leaves is cancelled at once if `deserting`.
    """
    server = web.Server(handler_of(app), access_log=None, handler_cancellation=deserting)
    listening = await asyncio.get_running_loop().create_server(server, "127.0.0.1", port, backlog=BACKLOG)
    host, port = listening.sockets[0].getsockname()[:2]
    try:
        yield f"http://{host}:{port}"
    finally:
        listening.close()
        server.pre_shutdown()  # clients may hold connections on which they ask nothing
        await server.shutdown(DRAIN_S)
