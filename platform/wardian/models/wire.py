"""The way to a provider and back: bytes out, bytes in, everything that breaks on the way is typed.

Providers are reached by aiohttp itself: httpx's request and response objects cost as much CPU as the whole transfer,
`httpx.AsyncClient` as much again, and calls are what workers mostly do (figures in docs/decisions/0003).
httpx's transport interface stays the seam for tests and for whoever has a transport already.
"""

import resource
import ssl
from abc import ABC, abstractmethod
from collections.abc import AsyncIterable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from errno import EMFILE, ENFILE
from typing import Protocol

import aiohttp
import httpx
from aiohttp.http_exceptions import ContentEncodingError, TransferEncodingError
from yarl import URL

from wardian.models.endpoint import Endpoint
from wardian.models.refusal import Refusal

__all__ = ["AiohttpWire", "Carrier", "HttpxWire", "RawReply", "Wire", "raise_open_files_limit"]

MOST_BYTES = 8 * 2**20
EVENT_STREAM = "text/event-stream"
KEEP_ALIVE_S = 15.0
CONNECT_S = 20.0
"""How long an answer may take is known to whoever asks; nobody waits longer than this for a connection."""


@dataclass(frozen=True, slots=True)
class RawReply:
    """A reply as it came, read to its end; the names of `headers` are not case-sensitive."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def ok(self) -> bool:
        """Whether it claims success."""
        return 200 <= self.status < 300


UNREACHED = (aiohttp.ClientConnectorError, httpx.ConnectError, httpx.ConnectTimeout)
"""No connection was made, so nothing was sent."""


class Wire(Protocol):
    """Carries requests to one provider."""

    async def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> RawReply:
        """Send a request and read the whole reply.

        Raises:
            Refusal: kind "connection", "stalled", "bad_reply", "oversized" or "out_of_files".
        """
        ...

    async def close(self) -> None:
        """Give back the connections."""
        ...


Sink = Callable[[bytes], None]
"""Takes the bytes of a stream as they come; what it raises ends the stream."""


class Carrier(Wire, Protocol):
    """A wire that can also show a reply while it comes."""

    async def stream(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, sink: Sink
    ) -> RawReply:
        """As `send`; but what claims success and is an event stream goes into `sink` instead of the body.

        Raises:
            Refusal: as `send`, and whatever `sink` raises.
        """
        ...


class _Exchanging(ABC):
    """Both ways of a carrier out of one."""

    async def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> RawReply:
        """Send a request and read the whole reply; redirects are not followed.

        Raises:
            Refusal: kind "connection", "bad_reply", "oversized" or "out_of_files".
        """
        return await self._exchange(method, url, headers, body, None)

    async def stream(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, sink: Sink
    ) -> RawReply:
        """Send a request and pour an event stream into `sink`, see `Carrier`."""
        return await self._exchange(method, url, headers, body, sink)

    @abstractmethod
    async def _exchange(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, sink: Sink | None
    ) -> RawReply: ...


class AiohttpWire(_Exchanging):
    """As many connections as there are calls, kept for the next ones; opened when first used.

    The usual proxy variables count, except on loopback, where looking for them would cost more than the call.

    Args:
        endpoint: where they lead.
        tls: what certificates are good for it.
        idle_s: how long it may send nothing at all, before an answer or within one; None for as long as it likes.
    """

    def __init__(self, endpoint: Endpoint, tls: ssl.SSLContext, idle_s: float | None = None) -> None:
        self._timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_S, sock_read=idle_s)
        self._endpoint = endpoint
        self._tls = tls
        self._session: aiohttp.ClientSession | None = None
        self._urls: dict[str, URL] = {}

    async def close(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()

    async def _exchange(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, sink: Sink | None
    ) -> RawReply:
        session = self._session or self._open()
        place = self._urls.get(url) or self._urls.setdefault(url, URL(url))
        try:
            async with session.request(method, place, data=body, headers=headers, allow_redirects=False) as response:
                head = RawReply(response.status, response.headers, b"")
                return await _received(head, response.content.iter_any(), url, sink)
        except (aiohttp.ClientError, OSError) as error:
            raise _broken(url, error) from error

    def _open(self) -> aiohttp.ClientSession:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, ssl=self._tls, keepalive_timeout=KEEP_ALIVE_S),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=self._timeout,
            trust_env=not self._endpoint.loopback,
        )
        return self._session


class HttpxWire(_Exchanging):
    """Any httpx transport as a wire: `httpx.MockTransport`, `httpx.ASGITransport`, or one of your own."""

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        self._transport = transport

    async def close(self) -> None:
        """Close the transport."""
        await self._transport.aclose()

    async def _exchange(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, sink: Sink | None
    ) -> RawReply:
        request = httpx.Request(method, url, headers=httpx.Headers(dict(headers), encoding="utf-8"), content=body)
        try:
            response = await self._transport.handle_async_request(request)
            try:
                head = RawReply(response.status_code, response.headers, b"")
                return await _received(head, response.aiter_bytes(), url, sink)
            finally:
                await response.aclose()
        except (httpx.HTTPError, OSError) as error:
            raise _broken(url, error) from error


def raise_open_files_limit() -> None:
    """Let this process open as many sockets as the machine allows it: thousands of calls wait at once."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        with suppress(ValueError, OSError):  # some machines report a limit that they do not grant
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


async def _received(head: RawReply, stream: AsyncIterable[bytes], url: str, sink: Sink | None) -> RawReply:
    if sink is None or not head.ok or not head.headers.get("content-type", "").startswith(EVENT_STREAM):
        return RawReply(head.status, head.headers, await _read(stream, url))
    async for chunk in stream:
        sink(chunk)
    return head


async def _read(stream: AsyncIterable[bytes], url: str) -> bytes:
    chunks: list[bytes] = []
    size = 0
    async for chunk in stream:
        size += len(chunk)
        if size > MOST_BYTES:
            raise Refusal("oversized", f"{url} answered with more than {MOST_BYTES // 2**20} MB")
        chunks.append(chunk)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _broken(url: str, error: Exception) -> Refusal:
    refusal = _refusal(url, error)
    refusal.unpaid = isinstance(error, UNREACHED)
    return refusal


def _refusal(url: str, error: Exception) -> Refusal:
    if isinstance(error, OSError) and error.errno in {EMFILE, ENFILE}:
        return Refusal("out_of_files", "this machine allows no more open connections (ulimit -n)", cause="infra")
    if isinstance(error, aiohttp.SocketTimeoutError):
        return Refusal("stalled", f"{url} sent nothing for too long (idle_s)")
    reason = " ".join(str(error).split()) or type(error).__name__
    garbled = isinstance(error.__cause__, ContentEncodingError | TransferEncodingError)
    if garbled or isinstance(error, httpx.DecodingError | httpx.RemoteProtocolError | aiohttp.ClientResponseError):
        return Refusal("bad_reply", f"{url} broke the protocol: {reason}")
    return Refusal("connection", f"no connection to {url}: {reason}")
