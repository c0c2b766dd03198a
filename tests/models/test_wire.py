"""Real sockets: a provider that answers, stalls, breaks off or is not there."""

import asyncio
import resource
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx
import pytest

from wardian.models.endpoint import Endpoint
from wardian.models.refusal import Refusal
from wardian.models.wire import AiohttpWire, RawReply, raise_open_files_limit

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def provider(handler: Handler) -> AsyncIterator[str]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await handler(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"


async def ask(url: str, idle_s: float | None = None) -> RawReply:
    wire = AiohttpWire(Endpoint(url=url, model="m"), httpx.create_ssl_context(), idle_s)
    try:
        return await wire.send("POST", f"{url}/chat/completions", {}, b"{}")
    finally:
        await wire.close()


def says(text: bytes) -> Handler:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(text)
        await writer.drain()

    return handle


async def test_answer_comes_back() -> None:
    async with provider(says(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nx-a: b\r\n\r\nhi")) as url:
        reply = await ask(url)
    assert (reply.status, reply.body, reply.headers["x-a"], reply.ok) == (200, b"hi", "b", True)


async def test_redirects_are_not_followed() -> None:
    async with provider(
        says(b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n")
    ) as url:
        assert (await ask(url)).status == 302


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (b"", "connection"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf", "connection"),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n", "bad_reply"),
        (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", "bad_reply"),
        (b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\nnope", "bad_reply"),
    ],
)
async def test_broken_transfer_is_typed(text: bytes, kind: str) -> None:
    async with provider(says(text)) as url:
        with pytest.raises(Refusal) as caught:
            await ask(url)
    assert caught.value.kind == kind


async def test_nobody_there() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/v1"
        with pytest.raises(Refusal, match="no connection to http") as caught:
            await ask(url)
    assert caught.value.kind == "connection"


async def test_stalled_answer_can_be_cancelled() -> None:
    async def stall(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nx")
        await reader.read()

    async with provider(stall) as url:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await ask(url)


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nx"])
async def test_silence_is_given_up_before_and_within_the_answer(said: bytes) -> None:
    async def stall(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(said)
        await reader.read()

    async with provider(stall) as url:
        with pytest.raises(Refusal, match="idle_s") as caught:
            await ask(url, idle_s=0.05)
    assert caught.value.kind == "stalled"


async def test_connections_are_kept() -> None:
    connections = 0

    async def count(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        while await reader.readuntil(b"{}"):
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi")

    async def quiet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await count(reader, writer)
        except asyncio.IncompleteReadError:
            return

    async with provider(quiet) as url:
        wire = AiohttpWire(Endpoint(url=url, model="m"), httpx.create_ssl_context())
        for _ in range(5):
            await wire.send("POST", url, {}, b"{}")
        await wire.close()
    assert connections == 1


def test_open_files_limit_is_raised() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
        raise_open_files_limit()
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == hard
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
