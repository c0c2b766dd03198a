"""A model that is asked beside the episodes of a run, and may be the reason to pause it."""

import asyncio
from typing import Final

from wardian.base.clients import ModelClient
from wardian.base.completion import Completion
from wardian.base.errors import Failure, ModelError
from wardian.base.messages import Request
from wardian.cli.halt import Halt
from wardian.fusion.judging.ladder import UNSUPPORTED
from wardian.models.recorded import KEPT_FAILURES
from wardian.runs.pausing import Pause

__all__ = ["PausingClient"]

OUTAGE: Final = 2
"""So many in a row, after all retries of each."""


class PausingClient:
    """Asks `inner`. Where every further call would end like this one, the run is paused, and nobody decides by that.

    A failure for which the provider is to blame is held back while other calls are under way: the next one may show
    that all would end like it. Whoever made the call hears of it when one of those is answered, or when none was
    answered and it is the only one; several in a row, without an answer between them, are an outage.

    Args:
        inner: who is asked.
        halt: pauses the run.
    """

    def __init__(self, inner: ModelClient, halt: Halt) -> None:
        self.name = inner.name
        self._inner = inner
        self._halt = halt
        self._under_way = 0
        self._row = 0
        """Failures since the last answer."""
        self._held: set[asyncio.Future[None]] = set()
        self._last: Failure | None = None

    async def complete(self, request: Request) -> Completion:
        """The answer; none ever, when the run is paused for it.

        Raises:
            ModelError: when there is none, and others have one or may have one.
        """
        try:
            completion = await self._asked(request)
        except ModelError as error:
            failure = Failure.of(error)
            if failure.lasting or failure.cause not in KEPT_FAILURES:
                await self._halt.for_ever(Pause.of(failure, self.name))
            if failure.cause == "agent":
                self._is_well()
            elif not _in_another_form(request, failure):
                await self._hold(failure)
            raise
        self._is_well()
        return completion

    async def _asked(self, request: Request) -> Completion:
        self._under_way += 1
        try:
            return await self._inner.complete(request)
        except asyncio.CancelledError:
            asyncio.get_running_loop().call_soon(self._settle)
            raise
        finally:
            self._under_way -= 1

    async def _hold(self, failure: Failure) -> None:
        """Return when the failure is that of one call, and not of all."""
        self._row += 1
        self._last = failure
        held = asyncio.get_running_loop().create_future()
        self._held.add(held)
        self._settle()
        try:
            await held
        finally:
            self._held.discard(held)

    def _settle(self) -> None:
        """Nobody is left who could say whether the model is well."""
        if self._under_way or not self._held or self._last is None:
            return
        if self._row >= OUTAGE:
            self._halt.now(Pause.of(self._last, self.name))
        else:
            self._release()

    def _is_well(self) -> None:
        self._row = 0
        self._release()

    def _release(self) -> None:
        for held in self._held:
            if not held.done():
                held.set_result(None)


def _in_another_form(request: Request, failure: Failure) -> bool:
    """Whether the same is asked more plainly now."""
    return failure.kind in UNSUPPORTED and (request.response_schema is not None or request.must_call)
