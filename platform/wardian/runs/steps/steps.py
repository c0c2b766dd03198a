"""Durable episodes in one process."""

from collections.abc import Awaitable, Callable
from typing import Self

from wardian.base.clients import ModelClient
from wardian.base.clock import Clock
from wardian.base.store import Durability, RunStore
from wardian.episodes.record import Episode
from wardian.runs.steps.archive import Archive
from wardian.runs.steps.client import MayPay, StepClient, always
from wardian.runs.steps.journal import CallJournal
from wardian.runs.steps.tape import LostTape, Tape

__all__ = ["Steps"]


class Steps:
    """Records the calls of the episodes that are played here, and replays those of episodes that were broken off.

    Args:
        store: of the run; None: nothing is recorded.
        clock: the time of records.
        durability: what a recorded call survives.
        may_pay: returns as soon as a call may begin that has to be paid.
    """

    def __init__(
        self, store: RunStore | None, clock: Clock, durability: Durability = "process", may_pay: MayPay = always
    ) -> None:
        self._may_pay = may_pay
        self._clock = clock
        self._archive = None if store is None else Archive(store)
        self._journal = None if store is None else CallJournal(store, durability)
        self._tapes: dict[str, Tape] = {}

    def client(self, inner: ModelClient) -> ModelClient:
        """`inner` with a memory for what it said."""
        return StepClient(inner, self._tapes, self._may_pay)

    async def played(self, episode: str, play: Callable[[], Awaitable[Episode]]) -> Episode:
        """Play `episode` (its key) on from where it was broken off; from its beginning when that is no longer possible.

        Args:
            episode: its key.
            play: plays it from its beginning.
        """
        if self._journal is None or self._archive is None:
            return await play()
        try:
            tape = Tape(episode, self._clock, self._journal.write, await self._archive.steps(episode))
        except OSError as error:
            tape = LostTape(episode, self._clock, error)
        record = await self._on(tape, episode, play)
        if tape.diverged:
            tape = tape.again()
            record = await self._on(tape, episode, play)
        return record if tape.attempt == 1 else record.model_copy(update={"attempt": tape.attempt})

    async def _on(self, tape: Tape, episode: str, play: Callable[[], Awaitable[Episode]]) -> Episode:
        self._tapes[episode] = tape
        try:
            return await play()
        finally:
            if self._tapes.get(episode) is tape:  # else this was broken off, and somebody has begun again
                del self._tapes[episode]

    def advanced(self, episode: str) -> bool:
        """Whether `episode` (its key) is played here and has got further than its earlier players."""
        tape = self._tapes.get(episode)
        return tape is not None and tape.advanced

    def settled(self, episode: str) -> None:
        """The result of `episode` (its key) is in the run's journal: its calls are not needed any more."""
        if self._journal is not None:
            self._journal.settled(episode)

    def look_again(self) -> None:
        """Another process was lost, and its episodes come here."""
        if self._archive is not None:
            self._archive.look_again()

    async def __aenter__(self) -> Self:
        """The steps themselves; at the end of the block, what is still needed is left to others."""
        return self

    async def __aexit__(self, *exc: object) -> None:
        if self._journal is not None:
            await self._journal.close()
