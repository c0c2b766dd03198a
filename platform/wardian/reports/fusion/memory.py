"""Answers that are asked for once, however many arms hear them."""

from collections import Counter
from dataclasses import dataclass

from wardian.base.clients import ModelClient
from wardian.base.clock import Clock
from wardian.base.completion import Completion
from wardian.base.errors import Failure, ModelError
from wardian.base.messages import Request

__all__ = ["RememberingClient"]


@dataclass(frozen=True, slots=True)
class _Reply:
    said: Completion | Failure
    seconds: float


class RememberingClient:
    """Gives the same answer to the same question, and takes as long for it as the first time.

    So arms that are compared hear the same panel, and wait for it as they would alone. One who asks the same
    question again within an arm gets another draw, the second draw of every arm being the same again. Arms are told
    apart by the first word of `Origin.path`; an answer that was not waited for is not remembered.

    Args:
        inner: who is asked.
        clock: the time.
    """

    def __init__(self, inner: ModelClient, clock: Clock) -> None:
        self.name = inner.name
        self._inner = inner
        self._clock = clock
        self._replies: dict[tuple[str, str, int], _Reply] = {}
        self._asked: Counter[tuple[str, str, str]] = Counter()

    async def complete(self, request: Request) -> Completion:
        """The remembered answer, or a new one.

        Raises:
            ModelError: the remembered one, or whatever `inner` raises.
        """
        key = self._key(request)
        reply = self._replies.get(key)
        if reply is None:
            reply = self._replies[key] = await self._ask(request)
        else:
            await self._clock.sleep(reply.seconds)
        if isinstance(reply.said, Failure):
            raise ModelError.of(reply.said)
        return reply.said

    def _key(self, request: Request) -> tuple[str, str, int]:
        """Of which question this is which draw."""
        origin = request.origin
        question, arm = ("", "") if origin is None else (origin.episode, origin.path.partition("/")[0])
        asked = question, arm, request.digest
        self._asked[asked] += 1
        return question, request.digest, self._asked[asked]

    async def _ask(self, request: Request) -> _Reply:
        began = self._clock.monotonic()
        said: Completion | Failure
        try:
            said = await self._inner.complete(request)
        except ModelError as error:
            said = Failure.of(error)
        return _Reply(said, self._clock.monotonic() - began)
