"""The client that makes calls durable: an answer is written down before it is used, and given again after a crash.

It stands outside of retries, quota, budgets and the reply cache, so that what is given again costs neither money nor
quota.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from wardian.base.clients import ModelClient
from wardian.base.completion import Completion
from wardian.base.errors import ModelError
from wardian.base.messages import Request
from wardian.runs.steps.tape import Tape

__all__ = ["MayPay", "StepClient", "always"]


MayPay = Callable[[], Awaitable[None]]


async def always() -> None:
    """Nobody else plays the same episodes."""


class StepClient:
    """Asks `inner` what is not on the tape of the episode.

    Args:
        inner: who is asked.
        tapes: those of the episodes that are being played, by their keys. Others' calls just pass through.
        may_pay: returns as soon as a call may begin that has to be paid.
    """

    def __init__(self, inner: ModelClient, tapes: Mapping[str, Tape], may_pay: MayPay = always) -> None:
        self._may_pay = may_pay
        self.name = inner.name
        self._inner = inner
        self._tapes = tapes

    async def complete(self, request: Request) -> Completion:
        """The recorded answer, or a new one.

        Raises:
            ReplayDivergence: when something else was recorded in this place.
            ModelError: whatever `inner` raises, now or when it was recorded; or the disk does not take the answer.
        """
        origin = request.origin
        tape = None if origin is None else self._tapes.get(origin.episode)
        if origin is None or tape is None:
            await self._may_pay()
            return await self._inner.complete(request)
        step = tape.step(request, origin.path, self.name)
        if (reply := tape.reply(step)) is not None:
            await asyncio.sleep(0)  # others get their turn: an episode that is replayed waits for nothing else
            return reply.replayed()
        await self._may_pay()
        try:
            completion = await self._inner.complete(request)
        except ModelError as error:
            tape.failed(step, error)
            raise
        await tape.answered(step, completion)
        return completion
