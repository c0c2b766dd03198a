"""The client that makes calls durable: an answer is written down before it is used, and given again after a crash.

It stands outside of retries, quota, budgets and the reply cache, so that what is given again costs neither money nor
quota.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from wardian.base.clients import ModelClient
from wardian.base.completion import Completion
from wardian.base.errors import ModelError
from wardian.base.messages import Origin, Request
from wardian.fusion.failed import broken_off, given_again
from wardian.models.recorded import Answered, CutOff
from wardian.runs.steps.step import Reply, Step
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
            return await _given_again(reply, origin)
        await self._may_pay()
        began_s = _counted(origin)
        try:
            completion = await self._inner.complete(request)
            await _kept(tape, step, completion, origin)
        except ModelError as error:
            tape.failed(step, error, _counted(origin) - began_s)
            raise
        except asyncio.CancelledError as error:
            tape.given_up(step, CutOff(seconds=_counted(origin) - began_s, inside=broken_off(error)))
            raise
        return completion


async def _kept(tape: Tape, step: Step, completion: Completion, origin: Origin) -> None:
    """Write the answer down, and that it was late: perhaps only when it was written."""
    reply = Answered(completion=completion, late=_lapsed(origin))
    await tape.answered(step, reply)
    if _lapsed(origin) and not reply.late:
        tape.given_up(step, Answered(completion=completion, late=True))


async def _given_again(reply: Reply, origin: Origin) -> Completion:
    """What came of it before, when it came."""
    await asyncio.sleep(0)  # others get their turn: an episode that is replayed waits for nothing else
    if isinstance(reply, CutOff):
        await reply.replayed()
    elif isinstance(reply, Answered) and reply.late and origin.lapsed is not None:
        await origin.lapsed.wait()
    return given_again(reply)


def _lapsed(origin: Origin) -> bool:
    return origin.lapsed is not None and origin.lapsed.is_set()


def _counted(origin: Origin) -> float:
    """Seconds that count so far."""
    return 0.0 if origin.stopwatch is None else origin.stopwatch.read()
