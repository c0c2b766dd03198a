"""Serving the simulator on a port, in a process that ends with its parent."""

import asyncio
import contextlib
import signal
import socket
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import IO, Any

import orjson
import uvicorn

__all__ = ["serve"]

Application = Callable[[Mapping[str, Any], Any, Any], Awaitable[None]]

BACKLOG = 4096
"""Thousands of workers' calls connect at once."""
KEEP_ALIVE_S = 75
DRAIN_S = 1


async def serve(app: Application, host: str = "127.0.0.1", port: int = 0, *, child: bool = False) -> None:
    """Serve `app` until interrupted, and say where: one line of JSON, `{"url": …}`, on stdout.

    Args:
        app: an ASGI application.
        host: the address to listen on.
        port: 0 takes a free one.
        child: live as long as stdin is open and ignore Ctrl-C, which reaches the whole process group while
            the parent still needs answers.

    Raises:
        OSError: when the address cannot be listened on.
    """
    listener = _listen(host, port)
    server = _Server(_config(app), child=child)
    if child:
        _at_end_of(sys.stdin.buffer, asyncio.get_running_loop(), server.stop)
    _announce(listener)
    await server.serve(sockets=[listener])


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, *, child: bool) -> None:
        super().__init__(config)
        self._child = child

    def stop(self) -> None:
        self.should_exit = True

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        if not self._child:
            with super().capture_signals():
                yield
            return
        previous = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, previous)


def _config(app: Application) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        lifespan="off",
        ws="none",
        proxy_headers=False,
        server_header=False,
        date_header=False,
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=DRAIN_S,
    )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=BACKLOG)


def _announce(listener: socket.socket) -> None:
    host, port = listener.getsockname()[:2]
    url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    sys.stdout.buffer.write(orjson.dumps({"url": url}) + b"\n")
    sys.stdout.flush()


def _at_end_of(stream: IO[bytes], loop: asyncio.AbstractEventLoop, stop: Callable[[], None]) -> None:
    """Call `stop` on `loop` when `stream` ends. A thread, because not everything that is a stdin can be polled."""

    def wait() -> None:
        while stream.read(4096):
            continue
        with contextlib.suppress(RuntimeError):  # the loop has ended before
            loop.call_soon_threadsafe(stop)

    threading.Thread(target=wait, daemon=True, name="stdin").start()
