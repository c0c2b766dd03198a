"""The way to a provider: httpx's transport interface on aiohttp connections.

`httpx.AsyncClient` and httpx's own connection pool are left out on purpose: per call the client costs
0.2 ms of CPU more than its transport alone, and the pool is quadratic in the number of connections.
"""

import asyncio
import resource
import ssl
from contextlib import suppress
from dataclasses import dataclass
from errno import EMFILE, ENFILE
from http import HTTPStatus

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from wardian.models.endpoint import Endpoint
from wardian.models.refusal import Refusal

__all__ = ["RawReply", "open_transport", "raise_open_files_limit", "send"]

MOST_BYTES = 8 * 2**20
CONNECT_S = 20.0
KEEP_ALIVE_S = 15.0
TIMEOUTS = {"timeout": {"connect": CONNECT_S, "read": None, "pool": None}}
"""Only the connection has a limit of its own: how long an answer may take is known to whoever asks."""


@dataclass(frozen=True, slots=True)
class RawReply:
    """A reply as it came over the wire, read to its end."""

    status: int
    headers: httpx.Headers
    body: bytes

    @property
    def ok(self) -> bool:
        """Whether it claims success."""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES


def open_transport(endpoint: Endpoint, tls: ssl.SSLContext) -> httpx.AsyncBaseTransport:
    """A transport to `endpoint` with as many connections as there are calls; connects when first used.

    The usual proxy variables count, except on loopback, where looking for them would cost more than the call.
    """

    def session() -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(limit=0, ssl=tls, keepalive_timeout=KEEP_ALIVE_S)
        jar = aiohttp.DummyCookieJar()
        return aiohttp.ClientSession(connector=connector, cookie_jar=jar, trust_env=not endpoint.loopback)

    return AiohttpTransport(client=session, verify=tls)


async def send(transport: httpx.AsyncBaseTransport, request: httpx.Request) -> RawReply:
    """Send `request` and read the whole reply.

    Raises:
        Refusal: kind "connection", "bad_reply" or "out_of_files"; no other error leaves.
    """
    request.extensions = {**request.extensions, **TIMEOUTS}
    try:
        response = await transport.handle_async_request(request)
        try:
            return RawReply(response.status_code, response.headers, await _read(response, request))
        finally:
            await response.aclose()
    except (httpx.HTTPError, httpx.StreamError, aiohttp.ClientError, OSError) as error:
        raise _broken(request, error) from error


def raise_open_files_limit() -> None:
    """Let this process open as many sockets as the machine allows it: thousands of calls wait at once."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        with suppress(ValueError, OSError):  # some machines report a limit that they do not grant
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


async def _read(response: httpx.Response, request: httpx.Request) -> bytes:
    chunks: list[bytes] = []
    size = 0
    async for chunk in response.aiter_bytes():
        size += len(chunk)
        if size > MOST_BYTES:
            raise Refusal("bad_reply", f"{request.url} answered with more than {MOST_BYTES // 2**20} MB")
        chunks.append(chunk)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _broken(request: httpx.Request, error: Exception) -> Refusal:
    cause = error.__cause__ if isinstance(error, httpx.TransportError) and error.__cause__ is not None else error
    if isinstance(cause, OSError) and cause.errno in {EMFILE, ENFILE}:
        return Refusal("out_of_files", "this machine allows no more open connections (ulimit -n)", cause="infra")
    reason = " ".join(str(cause).split()) or type(cause).__name__
    if isinstance(error, httpx.DecodingError | aiohttp.ClientResponseError | httpx.RemoteProtocolError):
        return Refusal("bad_reply", f"{request.url} broke the protocol: {reason}")
    timed_out = isinstance(cause, httpx.TimeoutException | TimeoutError | asyncio.TimeoutError)
    return Refusal("connection", f"no connection to {request.url}: {'timed out' if timed_out else reason}")
