"""A model that is asked beside the episodes of a run, and may be the reason to pause it."""

import asyncio
from collections.abc import Callable

from wardian.base.clients import ModelClient
from wardian.base.completion import Completion
from wardian.base.errors import Failure, ModelError
from wardian.base.messages import Request
from wardian.runs.pausing import Pause

__all__ = ["PausingClient"]


class PausingClient:
    """Asks `inner`. Where every further call would end like this one, the run is paused, and nobody decides by that.

    Args:
        inner: who is asked.
    """

    def __init__(self, inner: ModelClient) -> None:
        self.name = inner.name
        self._inner = inner
        self._pause: Callable[[Pause], None] | None = None

    def given(self, pause: Callable[[Pause], None]) -> None:
        """Learn how the run is paused."""
        self._pause = pause

    async def complete(self, request: Request) -> Completion:
        """The answer; none ever, when the run is paused for it.

        Raises:
            ModelError: when there is none, and another call may have one.
        """
        try:
            return await self._inner.complete(request)
        except ModelError as error:
            if not error.lasting or self._pause is None:
                raise
            self._pause(Pause.of(Failure.of(error), self.name))
        never: asyncio.Future[Completion] = asyncio.get_running_loop().create_future()
        return await never  # whoever waits ends with the run
