"""The body of a request: read as a whole, and given on to somebody who wants to read it too."""

from wardian.simulator.asgi import Event, Receive

__all__ = ["again", "whole_body"]


async def whole_body(receive: Receive) -> bytes:
    """Everything that was sent."""
    body = b""
    more = True
    while more:
        event = await receive()
        body += event.get("body", b"")
        more = event.get("more_body", False)
    return body


def again(body: bytes) -> Receive:
    """A body that was read already."""

    async def receive() -> Event:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
