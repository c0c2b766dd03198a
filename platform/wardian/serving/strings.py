"""An episode whose agent acts from elsewhere: one side gives messages when it has one, the other waits for the next."""

import asyncio
from collections.abc import Sequence

from wardian.base.completion import Completion
from wardian.base.errors import ModelError
from wardian.base.messages import Message, ToolSchema
from wardian.episodes.driven import EpisodeEnded, Step
from wardian.episodes.record import Stop

__all__ = ["Strings"]


class Strings:
    """Ties a caller who acts to the loop of an episode.

    To the caller it is a stage: `act` returns when what came of the message is known. To the episode it is where the
    next message comes from.
    """

    def __init__(self) -> None:
        self.history: Sequence[Message] = ()
        self.tools: Sequence[ToolSchema] = ()
        self._messages: asyncio.Queue[Message | ModelError | None] = asyncio.Queue()
        self._turn = asyncio.Lock()
        self._heard: asyncio.Future[Step] | None = None
        self._over = False

    async def act(self, said: Message | Completion) -> Step:
        """The caller's next message, and what comes of it.

        Raises:
            EpisodeEnded: when the conversation has ended.
        """
        async with self._turn:
            if self._over:
                raise EpisodeEnded("the conversation has ended")
            self._heard = asyncio.get_running_loop().create_future()
            self._messages.put_nowait(said.message if isinstance(said, Completion) else said)
            return await self._heard

    async def next(self, history: Sequence[Message], tools: Sequence[ToolSchema]) -> Message | ModelError | None:
        """The next message, after what came of the last one was told.

        None when the caller is gone; an error when its model has failed for good.
        """
        known = len(self.history) + 1  # the caller knows what it said itself
        self.history, self.tools = tuple(history), tuple(tools)
        self._tell(Step(messages=tuple(history[known:])))
        return await self._messages.get()

    def gone(self) -> None:
        """There will be no further message."""
        self._messages.put_nowait(None)

    def fail(self, error: ModelError) -> None:
        """The episode cannot go on, for which the caller is not to blame."""
        self._messages.put_nowait(error)

    def end(self, stop: Stop = "finished") -> None:
        """The episode has ended: who waits is told, and nobody acts any more."""
        self._over = True
        self._tell(Step(stop=stop))

    def _tell(self, step: Step) -> None:
        if self._heard is not None and not self._heard.done():
            self._heard.set_result(step)
