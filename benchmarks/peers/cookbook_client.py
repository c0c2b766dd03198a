"""The pacing of the OpenAI cookbook's parallel request processor, written anew from its description, over aiohttp.

Two budgets, full at first and refilled up to a minute's worth as time passes; each call is charged for its prompt and
the longest answer it may get; a millisecond between two calls. After a 429 nothing is sent for 15 seconds. A call is
tried five times at most.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from asking import Ask, Peer, Setting, main

LOOP_S, PAUSE_S, ATTEMPTS, ANSWER_TOKENS = 0.001, 15.0, 5, 15


@dataclass(eq=False)
class Call:
    """One question, and where its answer goes."""

    body: dict[str, Any]
    tokens: int
    answer: "asyncio.Future[Any]"
    attempts: int = ATTEMPTS


class Pacer:
    """Starts calls as the budgets allow."""

    def __init__(self, session: aiohttp.ClientSession, setting: Setting) -> None:
        self._session = session
        self._url = f"{setting.url}/chat/completions"
        self._limits = (setting.rpm, setting.tpm)
        self._left = [float(setting.rpm), float(setting.tpm)]
        self._refilled_at = self._refused_at = -PAUSE_S
        self._fresh: deque[Call] = deque()
        self._again: deque[Call] = deque()
        self._running: set[asyncio.Task[None]] = set()

    async def ask(self, model: str, text: str) -> Any:
        """Wait in the queue for the answer."""
        body = {"model": model, "messages": [{"role": "user", "content": text}]}
        call = Call(body, len(text) // 4 + ANSWER_TOKENS, asyncio.get_running_loop().create_future())
        self._fresh.append(call)
        return await call.answer

    async def run(self) -> None:
        """Start what waits, for ever."""
        self._refilled_at = time.monotonic()
        while True:
            self._refill()
            waiting = self._again or self._fresh
            if waiting and self._left[0] >= 1 and self._left[1] >= waiting[0].tokens:
                self._start(waiting.popleft())
            await asyncio.sleep(max(LOOP_S, self._refused_at + PAUSE_S - time.monotonic()))

    def _refill(self) -> None:
        now = time.monotonic()
        for place, limit in enumerate(self._limits):
            self._left[place] = min(limit, self._left[place] + limit * (now - self._refilled_at) / 60)
        self._refilled_at = now

    def _start(self, call: Call) -> None:
        self._left[0] -= 1
        self._left[1] -= call.tokens
        call.attempts -= 1
        task = asyncio.create_task(self._send(call))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _send(self, call: Call) -> None:
        try:
            async with self._session.post(self._url, json=call.body) as response:
                said = await response.json()
            if "error" not in said:
                call.answer.set_result(said)
                return
            if "rate limit" in said["error"].get("message", "").lower():
                self._refused_at = time.monotonic()
            problem: Exception = RuntimeError(said["error"])
        except Exception as error:  # noqa: BLE001  (it repeats after any error)
            problem = error
        if call.attempts:
            self._again.append(call)
        elif not call.answer.done():
            call.answer.set_exception(problem)


@asynccontextmanager
async def opened(setting: Setting) -> AsyncIterator[Ask]:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        pacer = Pacer(session, setting)
        running = asyncio.create_task(pacer.run())
        yield pacer.ask
        running.cancel()


if __name__ == "__main__":
    main(Peer("aiohttp", opened, lambda answer: answer["choices"][0]["message"]["content"]))
