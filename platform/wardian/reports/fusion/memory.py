"""Calls that are made once and written down, however many arms hear what was said."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from wardian.base.clients import ModelClient
from wardian.base.clock import Clock
from wardian.base.completion import Completion
from wardian.base.errors import Failure, ModelError
from wardian.base.messages import Request
from wardian.base.usage import CallTiming
from wardian.base.virtual_time import VirtualTimeLoop

__all__ = ["RecordedCalls"]

T = TypeVar("T")
Key = tuple[str, str, str, int]
"""Who was asked, on which question, what, and for which draw."""
GLANCE_S: Final = 1e-6
"""Virtual seconds for which others may ask as well before an arm that lacks an answer is broken off."""


@dataclass(frozen=True, slots=True)
class _Reply:
    said: Completion | Failure
    seconds: float


class RecordedCalls:
    """What was said and how long it took; whatever an arm does follows from this alone.

    An arm is played on virtual time, in which an answer takes as long as it did when it was asked for. It is broken
    off where it asks what nobody has asked yet; then `ask` does, and the arm is played anew. So all arms hear the
    same answers, whole ones, and no accident of this machine's clock decides who was heard in time. One who asks the
    same again within an arm gets another draw, the second draw of every arm being the same again.

    Args:
        clients: who is asked.
        clock: the time.
        at_once: calls that are under way at the same time.
    """

    def __init__(self, clients: Mapping[str, ModelClient], clock: Clock, at_once: int) -> None:
        self.clients: dict[str, ModelClient] = {name: _Told(each.name, name, self) for name, each in clients.items()}
        self.clock = clock
        self._clients = clients
        self._turns = asyncio.Semaphore(at_once)
        self._replies: dict[Key, _Reply] = {}
        self._wanted: dict[Key, Request] = {}
        self._drawn: Counter[tuple[str, str, str]] = Counter()
        self._lacking = asyncio.Event()

    def play(self, arm: Callable[[], Awaitable[T]]) -> T | None:
        """What `arm` comes to, from second 0 of a loop of its own; None when it lacks an answer.

        Raises:
            ModelError: whatever `arm` raises.
        """
        self._drawn.clear()
        self._lacking = asyncio.Event()
        with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
            return runner.run(self._played(arm))

    async def _played(self, arm: Callable[[], Awaitable[T]]) -> T | None:
        playing, lacking = asyncio.ensure_future(arm()), asyncio.ensure_future(self._lacking.wait())
        await asyncio.wait({playing, lacking}, return_when=asyncio.FIRST_COMPLETED)
        if self._lacking.is_set():
            await self.clock.sleep(GLANCE_S)
            playing.cancel()
        lacking.cancel()
        await asyncio.gather(playing, lacking, return_exceptions=True)
        return None if self._lacking.is_set() else playing.result()

    async def told(self, name: str, request: Request) -> _Reply:
        """What `name` said to `request`, after as long as it took."""
        question = "" if request.origin is None else request.origin.episode
        asked = name, question, request.digest
        self._drawn[asked] += 1
        key = *asked, self._drawn[asked]
        reply = self._replies.get(key)
        while reply is None:
            self._wanted.setdefault(key, request)
            self._lacking.set()
            await asyncio.Event().wait()  # for ever: the arm is broken off
        await self.clock.sleep(reply.seconds)
        return reply

    async def ask(self) -> None:
        """Make the calls that arms lacked, each to its end."""
        wanted, self._wanted = self._wanted, {}
        async with asyncio.TaskGroup() as group:
            for key, request in wanted.items():
                group.create_task(self._ask(key, request))

    async def _ask(self, key: Key, request: Request) -> None:
        origin = None if request.origin is None else replace(request.origin, stopwatch=None, lapsed=None)
        async with self._turns:
            began = self.clock.monotonic()
            said: Completion | Failure
            try:
                said = completion = await self._clients[key[0]].complete(request.model_copy(update={"origin": origin}))
                timing: CallTiming | None = completion.timing
            except ModelError as error:
                said, timing = Failure.of(error), error.timing
            self._replies[key] = _Reply(said, _seconds(timing, self.clock.monotonic() - began))


def _seconds(timing: CallTiming | None, measured: float) -> float:
    """What a call took, without its wait for a rate limit; out of the reply cache, when it was first asked."""
    if timing is None:
        return measured
    return timing.recorded_s if timing.cached else timing.total_s or measured


class _Told:
    """Says what is recorded of `key`."""

    def __init__(self, name: str, key: str, calls: RecordedCalls) -> None:
        self.name = name
        self._key = key
        self._calls = calls

    async def complete(self, request: Request) -> Completion:
        """The recorded answer.

        Raises:
            ModelError: the recorded one.
        """
        reply = await self._calls.told(self._key, request)
        if isinstance(reply.said, Failure):
            raise ModelError.of(reply.said)
        return reply.said
