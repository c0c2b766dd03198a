"""Serving an ASGI application on a port, in a process that ends with its parent.

The HTTP server is aiohttp's: its parser is compiled and already among our dependencies. A request with a body of
12 KB costs it about 0.6 of the CPU time that uvicorn on h11 takes.
"""

import asyncio
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import IO

import orjson
from aiohttp import web

from wardian.simulator.asgi import Application
from wardian.simulator.bridge import handler_of

__all__ = ["announce", "listen", "serve", "serve_until_ended", "told_to_end"]

BACKLOG = 4096
"""Thousands of calls connect at once."""
DRAIN_S = 1.0
LAST_WORDS_S = 1.0
"""For what is said to requests that are cut off."""


def serve(app: Application, host: str = "127.0.0.1", port: int = 0, *, child: bool = False) -> None:
    """Serve `app` until interrupted, and say where: one line of JSON, `{"url": …}`, on stdout.

    Runs an event loop of its own: this is what a process is for, not what one does beside other things.

    Args:
        app: an ASGI application.
        host: the address to listen on.
        port: 0 takes a free one.
        child: live as long as stdin is open and ignore Ctrl-C, which reaches the whole process group while
            the parent still needs answers.

    Raises:
        OSError: when the address cannot be listened on.
    """
    asyncio.run(serve_until_ended(app, listen(host, port), child=child))


async def serve_until_ended(
    app: Application,
    listener: socket.socket,
    *,
    child: bool = False,
    drain_s: float = DRAIN_S,
    deserting: bool = False,
    cut_off: Callable[[], None] | None = None,
) -> None:
    """As `serve`, on a running event loop: for an application that something else has to live beside.

    In the end, requests in flight have `drain_s` seconds; then `cut_off` has the application say to those that are left
    why they get no answer. One whose client leaves is cancelled at once if `deserting`.
    """
    ended = told_to_end(child=child)
    server = web.Server(handler_of(app), access_log=None, handler_cancellation=deserting)
    listening = await asyncio.get_running_loop().create_server(server, sock=listener, backlog=BACKLOG)
    announce(_url(listener))
    await ended.wait()
    listening.close()
    server.pre_shutdown()  # connections on which nothing is asked would be waited for as well
    if cut_off is not None:
        asyncio.get_running_loop().call_later(drain_s, cut_off)
        drain_s += LAST_WORDS_S
    await server.shutdown(drain_s)


def told_to_end(*, child: bool = False) -> asyncio.Event:
    """Set when it is time to go: a signal has come; for a `child`, stdin has ended."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    if child:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _at_end_of(sys.stdin.buffer, loop, ended.set)
    else:
        loop.add_signal_handler(signal.SIGINT, ended.set)
    return ended


def listen(host: str = "127.0.0.1", port: int = 0) -> socket.socket:
    """The place where an application will be served, taken; connections wait from here on. `port`: 0 takes a free one.

    Raises:
        OSError: when the address cannot be listened on.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=BACKLOG)


def announce(url: str) -> None:
    """Say where, on stdout; what is printed from here on goes to stderr."""
    sys.stdout.buffer.write(orjson.dumps({"url": url}) + b"\n")
    sys.stdout.flush()
    # Nobody reads on: a pack that prints would fill the pipe and stand still.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _at_end_of(stream: IO[bytes], loop: asyncio.AbstractEventLoop, stop: Callable[[], object]) -> None:
    """Call `stop` on `loop` when `stream` ends. A thread, because not everything that is a stdin can be polled."""

    def wait() -> None:
        while stream.read(4096):
            continue
        with suppress(RuntimeError):  # the loop has ended before
            loop.call_soon_threadsafe(stop)

    threading.Thread(target=wait, daemon=True, name="stdin").start()
