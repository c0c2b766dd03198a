"""A provider that answers badly: always for the models `fault/<name>`, at a rate for all others."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Final

import orjson

from wardian.base.frozen import JsonObject
from wardian.base.identity import digest, random_stream
from wardian.simulator.asgi import Application, Receive, Scope, Send
from wardian.simulator.bodies import again, whole_body
from wardian.simulator.faults.catalogue import FAULTS, PASSING, PASSING_STREAMS, STREAMED
from wardian.simulator.faults.fault import Fault
from wardian.simulator.faults.listing import PREFIX, longer
from wardian.simulator.linger import end

__all__ = ["FaultyProvider"]

ALL: Final = {**FAULTS, **STREAMED}
MODELS: Final = "/v1/models"
WIRE: Final = "wardian.transport"
"""The ASGI extension by which a server hands over the connection itself."""


class FaultyProvider:
    """An ASGI application before another one.

    Which request meets a fault follows from the seed, the request's bytes and how often they came: repeated requests
    draw again, and the order in which different ones arrive decides nothing.

    Args:
        app: answers everything else.
        rate: the share of its answers that fail in one of the `PASSING` ways.
        seed: decides which.
    """

    def __init__(self, app: Application, *, rate: float = 0.0, seed: int = 0) -> None:
        self._app = app
        self._rate = rate
        self._seed = seed
        self._seen: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request, or fail to."""
        if scope["type"] != "http" or scope["method"] != "POST":
            listing = scope.get("path") == MODELS
            await self._app(scope, receive, longer(send) if listing else send)
            return
        body = await whole_body(receive)
        asked = _parsed(body)
        passing = PASSING_STREAMS if asked.get("stream") is True else PASSING
        episode = dict(scope["headers"]).get(b"x-wardian-episode", b"")
        fault = _named(asked) or self._drawn(episode + body, passing)
        if fault is None:
            await self._app(scope, again(body), send)
        else:
            await _play(fault, scope["extensions"][WIRE])

    def _drawn(self, request: bytes, passing: Sequence[str]) -> Fault | None:
        if self._rate == 0:
            return None
        name = digest(request)
        self._seen[name] += 1
        stream = random_stream(self._seed, "faults", name, self._seen[name])
        return ALL[stream.choice(passing)] if stream.random() < self._rate else None


def _parsed(body: bytes) -> JsonObject:
    """The request; what is none is left to the application to refuse."""
    try:
        asked = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return asked if isinstance(asked, dict) else {}


def _named(asked: JsonObject) -> Fault | None:
    model = asked.get("model")
    named = isinstance(model, str) and model.startswith(PREFIX)
    return ALL.get(str(model).removeprefix(PREFIX)) if named else None


async def _play(fault: Fault, transport: asyncio.Transport) -> None:
    """Send what the fault says until the client has enough of it."""
    for act in fault.acts():
        if transport.is_closing():
            return
        if isinstance(act, bytes):
            transport.write(act)
            await asyncio.sleep(0)
        else:
            await asyncio.sleep(act)
    end(transport, fault.end)
