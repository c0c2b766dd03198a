"""Providers for clients in other processes: one with rate limits, one that fails and counts, one that costs no time.

python benchmarks/servers.py limited|faults|instant; each says where it listens and lives as long as its stdin.
"""

import asyncio
import json
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from limited_provider import LimitedProvider, Terms

from wardian.base.child import ChildServer
from wardian.simulator.app import SimulatorApp
from wardian.simulator.asgi import Receive, Scope, Send
from wardian.simulator.faults.provider import FaultyProvider
from wardian.simulator.playbook import NoTasks
from wardian.simulator.serve import serve
from wardian.specs.models import SimulatorServer

__all__ = ["WARM_UP_S", "running", "told"]

WARM_UP_S = 10.0
"""Clients that begin slowly, or all at once, are not judged by their beginning."""
LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
ANSWER = b"Certainly. " * 40
BODY = (
    b'{"id":"c","object":"chat.completion","created":0,"model":"m","choices":[{"index":0,"finish_reason":"stop",'
    b'"message":{"role":"assistant","content":"%s"}}],"usage":{"prompt_tokens":700,"completion_tokens":110,'
    b'"total_tokens":810}}' % ANSWER
)
INSTANT = (
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-ratelimit-limit-requests: 1000000\r\n"
    b"x-ratelimit-remaining-requests: 999999\r\nx-request-id: req_1\r\ncontent-length: %d\r\n\r\n%s" % (len(BODY), BODY)
)


@asynccontextmanager
async def running(kind: str) -> AsyncIterator[str]:
    """One of the providers in a process of its own; gives its URL."""
    with tempfile.TemporaryDirectory() as folder:
        server = ChildServer([__file__, kind], name=kind, log=str(Path(folder) / "log"))
        try:
            yield await server.start()
        finally:
            await server.stop()


async def told(url: str) -> Any:
    """What a provider says of the requests that it saw."""
    async with httpx.AsyncClient() as client:
        return (await client.get(url)).json()


class Limited:
    """`/NAME/v1` has limits of its own for every NAME; `/NAME/figures` tells how they were used."""

    def __init__(self) -> None:
        self._providers: dict[str, tuple[LimitedProvider, float]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse."""
        name, _, rest = scope["path"].strip("/").partition("/")
        if rest == "figures":
            await _reply(send, 200, self._figures(name))
            return
        provider, _ = self._providers.setdefault(name, (LimitedProvider(Terms()), time.monotonic()))
        reply = await provider.send("POST", "", {}, await _body(receive))
        await _reply(send, reply.status, reply.body, dict(reply.headers))

    def _figures(self, name: str) -> bytes:
        provider, begun = self._providers[name]
        last = max(at for at, *_ in provider.answered)
        used = provider.tokens(begun + WARM_UP_S, last).total() / (last - begun - WARM_UP_S)
        share = used / (provider.terms.tpm / 60)
        return json.dumps(
            {"used": 100 * share, "refused": provider.refused, "answered": len(provider.answered)}
        ).encode()


class Counted:
    """`/NAME/v1` is the faulty provider for every NAME; `/counts` tells how many requests came there."""

    def __init__(self) -> None:
        self._app = FaultyProvider(SimulatorApp(SimulatorServer(kind="simulator", skills={}), NoTasks()))
        self._counts: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count, and fail."""
        name, _, rest = scope["path"].strip("/").partition("/")
        if name == "counts":
            await _reply(send, 200, json.dumps(self._counts).encode())
            return
        self._counts[name] += 1
        await self._app({**scope, "path": f"/{rest}"}, receive, send)


class Instant(asyncio.Protocol):
    """The same answer at once, whatever was asked."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to answer."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._rest = b""

    def data_received(self, data: bytes) -> None:
        """Answer every request that is complete."""
        self._rest += data
        while (end := self._rest.find(b"\r\n\r\n")) >= 0:
            found = LENGTH.search(self._rest, 0, end)
            size = end + 4 + (int(found[1]) if found else 0)
            if len(self._rest) < size:
                return
            self._rest = self._rest[size:]
            self._transport.write(INSTANT)


async def _instant() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Instant, "127.0.0.1", 0, backlog=4096)
    host, port = server.sockets[0].getsockname()
    print(json.dumps({"url": f"http://{host}:{port}"}), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


async def _body(receive: Receive) -> bytes:
    parts, more = [], True
    while more:
        event = await receive()
        parts.append(event["body"])
        more = event["more_body"]
    return b"".join(parts)


async def _reply(send: Send, status: int, body: bytes, told: dict[str, str] | None = None) -> None:
    headers = {"content-type": "application/json", **(told or {})}
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body})


KINDS: dict[str, Callable[[], None]] = {
    "limited": lambda: serve(Limited(), child=True),
    "faults": lambda: serve(Counted(), child=True),
    "instant": lambda: asyncio.run(_instant()),
}

if __name__ == "__main__":
    KINDS[sys.argv[1]]()
