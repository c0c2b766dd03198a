"""An ASGI application as a handler of aiohttp's low-level server.

An answer of one part is sent in one piece, one of several as the parts come. An application that wants to answer in no
HTTP at all finds the connection as the extension `wardian.transport`; it closes what it has taken.
"""

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

from wardian.simulator.asgi import Application, Event

__all__ = ["handler_of"]


def handler_of(app: Application) -> Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]:
    """Let `app` answer aiohttp's requests."""

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        content = request.content
        answer = _Answer(request)

        read_whole = False

        async def receive() -> Event:
            nonlocal read_whole
            if read_whole:  # an application that asks again waits for the client to go, which nobody tells
                await asyncio.Event().wait()
            part = await content.readany()
            read_whole = content.at_eof()
            return {"type": "http.request", "body": part, "more_body": not read_whole}

        await app(_scope(request), receive, answer.send)
        return answer.response or web.Response()  # an application that used the transport itself has sent nothing here

    return handle


class _Answer:
    """What an application sends, on its way out."""

    def __init__(self, request: web.BaseRequest) -> None:
        self.response: web.StreamResponse | None = None
        self._request = request
        self._start: Event = {}
        self._streaming: web.StreamResponse | None = None

    async def send(self, event: Event) -> None:
        if event["type"] == "http.response.start":
            self._start = event
        elif self._streaming is not None or event.get("more_body"):
            await self._stream(event["body"])
        else:
            self.response = web.Response(status=self._start["status"], headers=self._headers, body=event["body"])

    async def _stream(self, part: bytes) -> None:
        if self._streaming is None:
            self.response = self._streaming = web.StreamResponse(status=self._start["status"], headers=self._headers)
            await self._streaming.prepare(self._request)
        await self._streaming.write(part)

    @property
    def _headers(self) -> dict[str, str]:
        return {name.decode("latin-1"): value.decode("latin-1") for name, value in self._start["headers"]}


def _scope(request: web.BaseRequest) -> Event:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": request.scheme,
        "path": request.path,
        "raw_path": request.raw_path.encode().partition(b"?")[0],
        "query_string": request.query_string.encode(),
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in request.raw_headers],
        "extensions": {"wardian.transport": request.transport},
    }
