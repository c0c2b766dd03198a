"""Bodies of HTTP: a request's read as a whole, and given on to somebody who wants to read it too; an answer's sent."""

import math
from http import HTTPStatus

from wardian.simulator.asgi import Event, Receive, Send

__all__ = ["TooLarge", "again", "send_whole", "whole_body"]


class TooLarge(ValueError):
    """A body has more bytes than it may."""


async def whole_body(receive: Receive, most: float = math.inf) -> bytes:
    """Everything that was sent, `most` bytes of it.

    Raises:
        TooLarge: when there are more.
    """
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        event = await receive()
        parts.append(event.get("body", b""))
        size += len(parts[-1])
        more = event.get("more_body", False)
        if size > most:
            raise TooLarge
    return b"".join(parts)


def again(body: bytes) -> Receive:
    """A body that was read already."""

    async def receive() -> Event:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def send_whole(send: Send, status: HTTPStatus, body: bytes = b"", kind: bytes = b"application/json") -> None:
    """Answer a request in one piece."""
    headers = [(b"content-type", kind), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": int(status), "headers": headers})
    await send({"type": "http.response.body", "body": body})
