"""Durable episodes in one process."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Self

from wardian.base.clients import ModelClient
from wardian.base.clock import Clock
from wardian.episodes.record import Episode
from wardian.runs.steps.archive import Archive
from wardian.runs.steps.client import StepClient
from wardian.runs.steps.journal import CallJournal
from wardian.runs.steps.tape import Tape
from wardian.specs.job import Durability

__all__ = ["Steps"]


class Steps:
    """Records the calls of the episodes that are played here, and replays those of episodes that were broken off.

    Args:
        folder: where the calls of the run are; None, or a folder that this machine does not see: nothing is recorded.
        clock: the time of records.
        durability: what a recorded call survives.
    """

    def __init__(self, folder: Path | None, clock: Clock, durability: Durability = "process") -> None:
        seen = folder is not None and folder.is_dir()
        self._clock = clock
        self._archive = Archive(folder) if folder and seen else None
        self._journal = CallJournal(folder, durability) if folder and seen else None
        self._tapes: dict[str, Tape] = {}

    def client(self, inner: ModelClient) -> ModelClient:
        """`inner` with a memory for what it said."""
        return inner if self._journal is None else StepClient(inner, self._tapes)

    async def played(self, episode: str, play: Callable[[], Awaitable[Episode]]) -> Episode:
        """Play `episode` (its key) on from where it was broken off; from its beginning when that is no longer possible.

        Args:
            episode: its key.
            play: plays it from its beginning.
        """
        if self._journal is None or self._archive is None:
            return await play()
        tape = Tape(episode, self._clock, self._journal.write, self._archive.steps(episode))
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
            del self._tapes[episode]

    def settled(self, episode: str) -> None:
        """The result of `episode` (its key) is in the run's journal: its calls are not needed any more."""
        if self._journal is not None:
            self._journal.settled(episode)

    def look_again(self) -> None:
        """Another process was lost, and its episodes come here."""
        if self._archive is not None:
            self._archive.look()

    def __enter__(self) -> Self:
        """The steps themselves; at the end of the block, what is still needed is left to others."""
        return self

    def __exit__(self, *exc: object) -> None:
        if self._journal is not None:
            self._journal.close()
