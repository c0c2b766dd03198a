"""The faults among the models that a provider lists."""

from typing import Final

import orjson

from wardian.simulator.asgi import Event, Send
from wardian.simulator.faults.catalogue import FAULTS, STREAMED

__all__ = ["PREFIX", "longer"]

PREFIX: Final = "fault/"


def longer(send: Send) -> Send:
    """Sends a list of models with the faults at its end, and everything else as it is."""
    held: list[Event] = []

    async def forward(event: Event) -> None:
        if event["type"] == "http.response.start":
            held.append(event)
            return
        start = held.pop()
        body = _with_faults(event["body"]) if start["status"] == 200 else event["body"]
        kept = [(name, value) for name, value in start["headers"] if name != b"content-length"]
        await send({**start, "headers": [*kept, (b"content-length", b"%d" % len(body))]})
        await send({**event, "body": body})

    return forward


def _with_faults(body: bytes) -> bytes:
    listed = orjson.loads(body)
    listed["data"] += [
        {"id": f"{PREFIX}{name}", "object": "model", "created": 0, "owned_by": "simulator", "expected": fault.expected}
        for name, fault in {**FAULTS, **STREAMED}.items()
    ]
    return orjson.dumps(listed)
