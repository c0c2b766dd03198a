"""What the gateway sends."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

import orjson
from pydantic import BaseModel

from wardian.base.completion import Completion
from wardian.gateway.answer import counted, finish_of
from wardian.gateway.refusals import ErrorBody
from wardian.simulator.asgi import Event, Send
from wardian.simulator.streams import chunks, event
from wardian.specs.gateway import UsageMode

__all__ = ["EVENTS", "Outlet", "Reply", "events_of", "heartbeat"]

EVENTS: Final = b"text/event-stream; charset=utf-8"
JSON: Final = b"application/json"
Headers = Sequence[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer in one piece."""

    status: HTTPStatus
    body: bytes
    headers: Headers = ()
    kind: bytes = JSON

    @classmethod
    def of(cls, value: BaseModel, status: HTTPStatus = HTTPStatus.OK, headers: Headers = ()) -> "Reply":
        """`value` as JSON."""
        return cls(status, value.model_dump_json(exclude_none=isinstance(value, ErrorBody)).encode(), headers)


class Outlet:
    """Sends one answer: whole, or piece by piece.

    `status` is what it was begun with, `model` who was asked: for those who count.

    Args:
        send: of the request.
    """

    def __init__(self, send: Send) -> None:
        self._send = send
        self._open = False
        self.status: HTTPStatus | None = None
        self.model = ""

    async def whole(self, reply: Reply) -> None:
        """Send all of it."""
        await self._start(reply.status, [*reply.headers, (b"content-length", b"%d" % len(reply.body))], reply.kind)
        await self._send({"type": "http.response.body", "body": reply.body, "more_body": False})

    async def begin(self, headers: Headers = ()) -> None:
        """Open a stream of events, unless it is open."""
        if self.status is None:
            self._open = True
            await self._start(HTTPStatus.OK, [*headers, (b"cache-control", b"no-cache")], EVENTS)

    async def write(self, parts: Iterable[bytes], *, more: bool = True) -> None:
        """Send events; the last ones with `more` false."""
        for part in parts:
            await self._send({"type": "http.response.body", "body": part, "more_body": True})
        if not more:
            self._open = False
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    async def refuse(self, refusal: Reply) -> None:
        """Send why there is no answer; in a stream that has begun, as its last event."""
        if self.status is None:
            await self.whole(refusal)
        elif self._open:
            await self.write([event(orjson.Fragment(refusal.body))], more=False)

    async def _start(self, status: HTTPStatus, headers: Headers, kind: bytes) -> None:
        self.status = status
        start: Event = {"type": "http.response.start", "status": int(status)}
        await self._send({**start, "headers": [(b"content-type", kind), *headers]})


def events_of(head: dict[str, Any], completion: Completion, mode: UsageMode | None) -> Iterable[bytes]:
    """The events of an answer; `mode` says which usage they end with, None that they do so without."""
    usage = None if mode is None else counted(completion, mode).model_dump(mode="json")
    return chunks(head, completion.message, finish_of(completion), usage)


def heartbeat(head: dict[str, Any]) -> bytes:
    """A chunk that says nothing yet."""
    empty = {"index": 0, "delta": {"role": "assistant", "content": ""}, "finish_reason": None}
    return event({**head, "object": "chat.completion.chunk", "choices": [empty]})
