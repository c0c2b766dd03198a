"""The worker's end: plays what it is ordered to, and reports until its results were taken."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

from wardian.base.clock import Clock
from wardian.base.errors import InfraError
from wardian.runs.leases.orders import Lease, Order, Report
from wardian.runs.leases.term import Term
from wardian.runs.player import Player
from wardian.scoring.finished import Finished
from wardian.scoring.score import Scored

__all__ = ["Keep", "LeasedPlayer"]

Keep = Callable[[Scored], Awaitable[Finished]]
"""Puts the record of an episode into the store."""

GATHER_S: Final = 0.05
"""After the first result others are waited for: an answer for each would cost more than playing it."""
BEATS: Final = 8
"""Answers in the time of a lease when there is nothing to tell."""
LONGEST_BEAT_S: Final = 0.5


class LeasedPlayer:
    """Answers the orders of one coordinator after the other, while `run` plays.

    Args:
        player: plays one episode at a time.
        keep: keeps its record.
        term: the lease, renewed here and looked at by whoever spends money.
        clock: the time.
    """

    def __init__(self, player: Player, keep: Keep, term: Term, clock: Clock) -> None:
        self._player = player
        self._keep = keep
        self._term = term
        self._clock = clock
        self._beat_s = min(term.lease_s / BEATS, LONGEST_BEAT_S)
        self._epoch = self._number = self._reports = 0
        self._sent_at: dict[int, float] = {}
        self._playing: dict[str, asyncio.Task[None]] = {}
        self._untaken: dict[str, Finished] = {}
        self._again: set[str] = set()
        """What is being played and was played before."""
        self._group = asyncio.TaskGroup()
        self._broken: Exception | None = None
        self._playable, self._over = asyncio.Event(), asyncio.Event()
        self._told = asyncio.Event()
        self.heard_at = clock.monotonic()
        """When the last order came."""

    @property
    def playing(self) -> int:
        """How many episodes are being played."""
        return len(self._playing)

    async def exchange(self, order: Order) -> Report:
        """Do what is ordered, and report when there is something to tell. The same order again is only answered.

        Raises:
            InfraError: when `run` has failed, for what it was playing will never be reported.
        """
        await self._playable.wait()
        if self._broken is not None:
            raise InfraError(f"a worker broke: {self._broken}")
        if order.epoch < self._epoch:
            return Report(number=0)  # of a coordinator that others believe dead: it gets nothing
        self.heard_at = self._clock.monotonic()
        self._hear(order)
        first = order.number == 1  # maybe not for the first time: that answer was lost
        if not (first or order.last) and (self._term.valid or self._term.over):
            await self._something_to_tell()
        self._reports += 1
        self._sent_at[self._reports] = self._clock.monotonic()
        playing = tuple(self._playing) if first else None
        advanced = tuple(episode for episode in self._again if self._player.advanced(episode))
        return Report(number=self._reports, finished=tuple(self._untaken.values()), playing=playing, advanced=advanced)

    async def run(self) -> None:
        """Play until the last order has come; orders wait for this to begin.

        Raises:
            ExceptionGroup: what `player` or `keep` raised, which is no failure of a single episode.
        """
        try:
            async with self._group:
                self._playable.set()
                await self._over.wait()
        except ExceptionGroup as broken:
            self._broken = broken.exceptions[0]
            raise

    def nudge(self) -> None:
        """Answer at once: there is something to order."""
        self._told.set()

    def _hear(self, order: Order) -> None:
        if order.epoch > self._epoch:
            self._epoch, self._number, self._sent_at = order.epoch, 0, {}
        self._renew(order.heard)
        if order.number <= self._number:
            return
        self._number = order.number
        for episode in order.forget:
            self._untaken.pop(episode, None)
            self._again.discard(episode)
            if (task := self._playing.pop(episode, None)) is not None:
                task.cancel()
        for episode in order.settled:
            self._player.settled(episode)
        if order.hold:
            self._term.close()
        if order.again:
            self._player.look_again()
        for lease in order.leases:
            self._begin(lease)
        if order.last:
            self._over.set()

    def _begin(self, lease: Lease) -> None:
        key = lease.spec.key
        if key not in self._playing and key not in self._untaken:
            self._playing[key] = self._group.create_task(self._played(lease))
            if lease.number > 1:
                self._again.add(key)

    def _renew(self, heard: int) -> None:
        if heard in self._sent_at:
            self._term.renew(self._sent_at[heard])
            self._sent_at = {number: at for number, at in self._sent_at.items() if number > heard}

    async def _something_to_tell(self) -> None:
        if not self._untaken:
            self._told.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(self._beat_s):
                    await self._told.wait()
        if self._untaken:
            await self._clock.sleep(GATHER_S)

    async def _played(self, lease: Lease) -> None:
        key = lease.spec.key
        try:
            finished = await self._keep(await self._player(lease.spec))
            self._untaken[key] = Finished(finished.result, finished.place, finished.record, lease.number)
            self._told.set()
        finally:
            if self._playing.get(key) is asyncio.current_task():  # else it was broken off, and maybe begun again
                del self._playing[key]
                self._again.discard(key)
