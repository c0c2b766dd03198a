"""An ASGI application as a handler of aiohttp's low-level server; answers are sent in one piece.

An application that wants to answer in no HTTP at all finds the connection as the extension `wardian.transport`; it
closes what it has taken.
"""

from collections.abc import Awaitable, Callable

from aiohttp import web

from wardian.simulator.asgi import Application, Event

__all__ = ["handler_of"]


def handler_of(app: Application) -> Callable[[web.BaseRequest], Awaitable[web.Response]]:
    """Let `app` answer aiohttp's requests."""

    async def handle(request: web.BaseRequest) -> web.Response:
        content = request.content
        events: list[Event] = []

        async def receive() -> Event:
            part = await content.readany()
            return {"type": "http.request", "body": part, "more_body": not content.at_eof()}

        async def send(event: Event) -> None:
            events.append(event)

        await app(_scope(request), receive, send)
        return _response(events)

    return handle


def _scope(request: web.BaseRequest) -> Event:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "path": request.path,
        "headers": [(name.lower(), value) for name, value in request.raw_headers],
        "extensions": {"wardian.transport": request.transport},
    }


def _response(events: list[Event]) -> web.Response:
    if not events:  # it has used the transport itself
        return web.Response()
    start, *bodies = events
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in start["headers"]}
    return web.Response(
        status=start["status"], headers=headers, body=b"".join(event.get("body", b"") for event in bodies)
    )
