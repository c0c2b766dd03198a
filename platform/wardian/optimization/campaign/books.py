"""What is written down of a campaign while it is played."""

from typing import Any

from wardian.base.clock import Clock
from wardian.optimization.board import Board
from wardian.optimization.campaign.charter import Charter
from wardian.optimization.campaign.lineage import Recorder
from wardian.optimization.campaign.record import CampaignRecord, StopReason

__all__ = ["Books"]


class Books:
    """The record, and who is shown it.

    Args:
        record: as it is when the campaign begins.
        charter: of the campaign.
        board: knows what was played.
        recorder: is shown it.
        clock: for the time that it takes.
    """

    def __init__(
        self, record: CampaignRecord, charter: Charter, board: Board, recorder: Recorder, clock: Clock
    ) -> None:
        self.record = record
        self._charter = charter
        self._board = board
        self._recorder = recorder
        self._clock = clock
        self._began = clock.monotonic()

    def end(self, reason: StopReason, why: str) -> None:
        """The campaign ends; the first reason counts."""
        if self.record.stop is None:
            self.record = self.record.model_copy(update={"stop": reason, "why": why})

    async def note(self, **changes: Any) -> None:
        """Write down what is new, and show it."""
        wall_s = self._charter.earlier_s + self._clock.monotonic() - self._began
        played = (finished.result for finished in self._board.finished.values())
        self.record = self.record.model_copy(update=changes).spent(played, wall_s)
        await self._recorder.note(self.record)
