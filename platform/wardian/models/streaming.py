"""Streamed replies: put together as they come, and given up when the model falls silent.

A proxy that sends `: keep-alive` every second keeps a connection busy for ever. What counts here is whether the *model*
gets on: text, reasoning or arguments of a tool call.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from functools import partial
from http import HTTPStatus
from typing import Protocol

from wardian.base.frozen import JsonObject
from wardian.models.lenient import as_object, parse
from wardian.models.refusal import Refusal
from wardian.models.sse import EventReader
from wardian.models.wire import MOST_BYTES, Carrier, RawReply

__all__ = ["DONE_EVENT", "Gatherer", "StreamingWire"]

MOST_STREAMED_BYTES = 8 * MOST_BYTES
"""Every token comes in an envelope of some hundred bytes."""
FAREWELL_S = 0.2
"""A provider that has said all may close the reply within this time, so that the connection can be kept."""
DONE = b"[DONE]"
DONE_EVENT = "done"
"""How gatherers learn of `[DONE]`."""


class Gatherer(Protocol):
    """Puts the events of one reply together, in one provider's dialect."""

    @property
    def complete(self) -> bool:
        """Whether the model has ended its answer; a stream that stops earlier is none."""
        ...

    @property
    def done(self) -> bool:
        """Whether the provider has said that nothing follows."""
        ...

    def add(self, event: JsonObject) -> bool:
        """Take in an event; whether the model got on with it."""
        ...

    def whole(self) -> JsonObject:
        """The reply as it had been without a stream."""
        ...


class StreamingWire:
    """A wire whose replies come as streams, and are handed on as if they had not.

    Args:
        inner: the wire that carries the bytes.
        gatherer: makes what puts one reply together.
        stall_s: how long the model may be silent once it has begun; before that only the call's deadline counts.
    """

    def __init__(self, inner: Carrier, gatherer: Callable[[], Gatherer], stall_s: float) -> None:
        self._inner = inner
        self._gatherer = gatherer
        self._stall_s = stall_s

    async def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> RawReply:
        """Send a request and read the whole stream; a reply that is none is handed on as it is.

        Raises:
            Refusal: kind "stalled", or whatever the inner wire raises.
        """
        asked = {**headers, "accept": "text/event-stream", "accept-encoding": "identity"}
        reply = _Reply(self._gatherer(), url)
        try:
            async with asyncio.timeout(None) as patience:
                watch = partial(self._watch, reply, patience)
                raw = await self._inner.stream(method, url, asked, body, watch)
        except TimeoutError:
            if not reply.gatherer.complete:
                raise Refusal("stalled", f"{url}: the model fell silent for {self._stall_s:g} s (stall_s)") from None
            return RawReply(HTTPStatus.OK, {}, reply.whole())
        return RawReply(raw.status, raw.headers, reply.whole()) if reply.begun else raw

    async def close(self) -> None:
        """Close the inner wire."""
        await self._inner.close()

    def _watch(self, reply: "_Reply", patience: asyncio.Timeout, chunk: bytes) -> None:
        """Take in a chunk; wait for the next news as long as it deserves."""
        had_ended = reply.ended
        got_on = reply.feed(chunk)
        if reply.ended and not had_ended:
            patience.reschedule(asyncio.get_running_loop().time() + FAREWELL_S)
        elif got_on and not had_ended:
            patience.reschedule(asyncio.get_running_loop().time() + self._stall_s)


class _Reply:
    """One reply on its way."""

    def __init__(self, gatherer: Gatherer, url: str) -> None:
        self.gatherer = gatherer
        self.begun = False
        self._url = url
        self._reader = EventReader()
        self._bytes = 0

    @property
    def ended(self) -> bool:
        """Whether the provider has said all."""
        return self.gatherer.done

    def feed(self, chunk: bytes) -> bool:
        """Take in bytes; whether the model got on with them."""
        self.begun = True
        self._bytes += len(chunk)
        if self._bytes > MOST_STREAMED_BYTES or self._reader.waiting + len(chunk) > MOST_BYTES:
            raise Refusal("oversized", f"{self._url} streamed more than anybody can read")
        return self._take(self._reader.feed(chunk))

    def whole(self) -> bytes:
        """The reply as if it had come at once."""
        self._take(self._reader.end())
        if not self.gatherer.complete:
            raise Refusal("bad_reply", f"{self._url}: the stream ended before the answer did")
        try:
            return json.dumps(self.gatherer.whole()).encode()
        except RecursionError:
            raise Refusal("bad_reply", f"{self._url} streamed values that are nested too deeply") from None

    def _take(self, events: list[bytes]) -> bool:
        news = [self.gatherer.add(self._parsed(event)) for event in events if event and not self.ended]
        return any(news)

    def _parsed(self, event: bytes) -> JsonObject:
        if event.strip() == DONE:
            return {"type": DONE_EVENT}
        try:
            return as_object(parse(event))
        except ValueError:
            raise Refusal("bad_reply", f"{self._url} streamed an event that is no valid JSON") from None
