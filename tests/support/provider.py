"""A provider that plays the pack `counter` perfectly while it has credit, in a thread: the run has the event loop."""

import asyncio
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson

from wardian.simulator.asgi import Receive, Scope, Send
from wardian.simulator.local import served

GOAL = re.compile(r"Count to (\d+)")
REFUSED = {"error": {"message": "no"}}


class CountingProvider:
    """Answers `credit` calls (None: all), then refuses.

    `calls` are the times of answers, with the first message that came with each, and `refused` those of refusals.

    Args:
        credit: how many calls it answers.
        status: what it refuses with.
        headers: of a refusal.
        latency_s: of an answer.
        stall_s: after the first refusal, how long the others have to wait for theirs.
    """

    def __init__(
        self,
        credit: int | None = None,
        status: int = 402,
        headers: dict[str, str] | None = None,
        latency_s: float = 0.0,
        stall_s: float = 0.0,
    ) -> None:
        self.credit = credit
        self.status = status
        self.headers = headers or {}
        self.latency_s = latency_s
        self.stall_s = stall_s
        self.calls: list[tuple[float, str]] = []
        self.refused: list[float] = []
        self.url = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One HTTP request."""
        body = orjson.loads(await _read(receive) or b"{}")
        if scope["method"] == "GET":
            await _send(send, 200, {"data": []})
        elif self.credit is None or self.answered < self.credit:
            self.calls.append((time.monotonic(), body["messages"][0]["content"]))
            await asyncio.sleep(self.latency_s)
            await _send(send, 200, _answer(body["messages"]))
        else:
            self.refused.append(time.monotonic())
            if len(self.refused) > 1:
                await asyncio.sleep(self.stall_s)
            await _send(send, self.status, REFUSED, self.headers)

    @property
    def answered(self) -> int:
        """How many calls it has answered."""
        return len(self.calls)

    @contextmanager
    def listening(self) -> Iterator[str]:
        """Serve on loopback until the end of the block; gives the URL."""
        started, stop = threading.Event(), asyncio.Event()
        loop = asyncio.new_event_loop()

        async def serve() -> None:
            async with served(self) as url:
                self.url = f"{url}/v1"
                started.set()
                await stop.wait()

        thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
        thread.start()
        started.wait(10)
        try:
            yield self.url
        finally:
            loop.call_soon_threadsafe(stop.set)
            thread.join()
            loop.close()


def _answer(messages: list[dict[str, Any]]) -> dict[str, Any]:
    goal = next(int(found[1]) for message in messages if (found := GOAL.search(message["content"] or "")))
    added = sum(message["role"] == "tool" for message in messages)
    call = {"id": f"c{added}", "type": "function", "function": {"name": "add", "arguments": '{"by": 1}'}}
    message = {"role": "assistant", "content": "done"} if added >= goal else {"content": None, "tool_calls": [call]}
    finish = "stop" if added >= goal else "tool_calls"
    usage = {"prompt_tokens": 10 * len(messages), "completion_tokens": 5}
    return {"choices": [{"message": message, "finish_reason": finish}], "usage": usage}


async def _read(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        event = await receive()
        body += event.get("body", b"")
        more = event.get("more_body", False)
    return body


async def _send(send: Send, status: int, document: Any, headers: dict[str, str] | None = None) -> None:
    told = [(name.encode(), value.encode()) for name, value in (headers or {}).items()]
    told.append((b"content-type", b"application/json"))
    await send({"type": "http.response.start", "status": status, "headers": told})
    await send({"type": "http.response.body", "body": orjson.dumps(document)})
