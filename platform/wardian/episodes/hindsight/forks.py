"""From a state of an episode on, somebody goes on in another way."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from wardian.base.messages import Message
from wardian.environments.environment import Environment
from wardian.episodes.hindsight.continuations import Continuation, continuations
from wardian.episodes.hindsight.replay import Moment

__all__ = ["Exhausted", "Forks"]

FAREWELLS: Final = (Message(role="assistant"),) * 3
"""How often the reference says nothing more at its end, until the user leaves."""


class Exhausted(Exception):
    """Nobody goes on trying: there were too many forks."""


class Forks:
    """Counts them.

    Args:
        make: makes the task's environment, without anything around it.
        reference: the solution's messages.
        most: ends when there are so many, whatever the machine; None for never.
    """

    def __init__(self, make: Callable[[], Environment], reference: Sequence[Message], most: int | None = None) -> None:
        self.count = 0
        self._most = most
        self._make = make
        self._reference = reference

    async def saving(self, moment: Moment, turns: int | None = None) -> Continuation | None:
        """The first of the reference's ways to go on from `moment` that leads to success, if one does.

        `turns`: no more than so many; None for as many as it takes.
        """
        if moment.world is None:
            return None
        for way in continuations(self._reference, moment.past):
            allowed = way[:turns] if turns is not None and turns <= len(way) else (*way, *FAREWELLS)
            if await self.succeeds(moment.world, allowed):
                return way
        return None

    async def succeeds(self, world: bytes, messages: Sequence[Message]) -> bool:
        """Whether it ends well to say and do `messages` from a snapshot on, or as many as the user stays for.

        Raises:
            Exhausted: when there were too many forks.
        """
        if self.count == self._most:
            raise Exhausted
        self.count += 1
        await asyncio.sleep(0)  # nobody else shall wait for all forks of an episode
        fork = self._make()
        try:
            fork.restore(world)
            for message in messages:
                if not await _goes_on(fork, message):
                    break
            return (await fork.examine()).success
        finally:
            fork.close()


async def _goes_on(world: Environment, message: Message) -> bool:
    for call in message.tool_calls:
        await world.call(call)
    return bool(message.tool_calls) or await world.reply(message.content) is not None
