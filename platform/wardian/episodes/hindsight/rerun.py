"""An episode that failed, played again with something else in the place of a mistake."""

from collections.abc import Callable, Sequence
from typing import Final, Self

from wardian.base.messages import Message
from wardian.environments.environment import Environment
from wardian.episodes.hindsight.continuations import Continuation
from wardian.episodes.hindsight.forks import Forks
from wardian.episodes.hindsight.mending import Mending
from wardian.episodes.hindsight.replay import Moment, replayed
from wardian.episodes.record import Episode

__all__ = ["Rerun"]

MOST: Final = 400
"""Forks of one episode. Long ones in which much went wrong take some 200."""


class Rerun:
    """All states of an episode, to go on from.

    Where a limit ended the episode, nobody gets more turns than the agent had.

    Args:
        episode: its record.
        moments: its states, the opening first.
        forks: go on from them.
    """

    def __init__(self, episode: Episode, moments: Sequence[Moment], forks: Forks) -> None:
        self._episode = episode
        self._moments = moments
        self._forks = forks
        self._limited = episode.stop.endswith("_limit")
        self._ways: dict[tuple[int, bool], Continuation | None] = {}

    @classmethod
    async def of(cls, episode: Episode, make: Callable[[], Environment], reference: Sequence[Message]) -> Self:
        """Play `episode` again.

        Raises:
            Diverged: where the world does not do again what it did then.
        """
        world = make()
        try:
            return cls(episode, [moment async for moment in replayed(episode, world)], Forks(make, reference, MOST))
        finally:
            world.close()

    async def mended(self, mending: Mending) -> bool:
        """Whether the agent succeeds with `mending` and everything else as it did it."""
        moment = self._moments[self._before(mending.begin)]
        if moment.world is None:
            return False
        messages = list(mending.applied(self._episode))
        most = len(list(Mending(before={mending.begin: ()}).applied(self._episode)))
        return await self._forks.succeeds(moment.world, messages[:most] if self._limited else messages)

    async def lost_at(self, position: int) -> Continuation | None:
        """How the reference still succeeds just before the action there, if it no longer does behind it."""
        before = self._before(position)
        way = await self._way(before)
        if way is None or (before + 1 < len(self._moments) and await self._way(before + 1) is not None):
            return None
        return way

    async def way_on(self) -> Continuation | None:
        """How the reference still succeeds from the end of the record."""
        return await self._way(len(self._moments) - 1)

    async def hopeful(self) -> bool:
        """Whether the reference succeeds at all in this episode's world."""
        return await self._way(0) is not None

    async def decisive(self, *, limited: bool) -> int | None:
        """The position of the action with which the episode was lost for the reference; None where there is none.

        `limited`: also for want of turns.
        """
        lost = None
        for number in reversed(range(len(self._moments))):
            if await self._way(number, limited=limited) is not None:
                return lost
            lost = self._moments[number].position
        return None

    def _before(self, position: int) -> int:
        """The number of the last state before the event there."""
        earlier = (number for number, moment in enumerate(self._moments) if _place(moment) < position)
        return max(earlier, default=0)

    async def _way(self, number: int, *, limited: bool = True) -> Continuation | None:
        limited = limited and self._limited
        if (number, limited) not in self._ways:
            moment = self._moments[number]
            left = self._turns - self._turn(moment) if limited else None
            self._ways[number, limited] = await self._forks.saving(moment, left)
        return self._ways[number, limited]

    @property
    def _turns(self) -> int:
        return max((event.turn for event in self._episode.events if event.kind != "said"), default=0)

    def _turn(self, moment: Moment) -> int:
        event = None if moment.position is None else self._episode.events[moment.position]
        return 0 if event is None or event.kind == "said" else event.turn


def _place(moment: Moment) -> int:
    return -1 if moment.position is None else moment.position
