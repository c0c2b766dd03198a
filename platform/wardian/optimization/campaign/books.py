"""What is written down of a campaign while it is played."""

from collections.abc import Callable
from typing import Any

from wardian.base.clock import Clock
from wardian.optimization.board import Board
from wardian.optimization.campaign.charter import Charter
from wardian.optimization.campaign.lineage import Recorder
from wardian.optimization.campaign.record import CampaignRecord, GateRecord, StopReason
from wardian.optimization.proposals.edit import Candidate, Refused

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
        self.proposed: list[Candidate | Refused] = []
        """All answers of the proposer, also those of generations that come to nothing."""
        self.hearing: Callable[[], GateRecord] | None = None
        """As long as a gate is being heard: what it would say if no more pairs came."""

    def end(self, reason: StopReason, why: str) -> None:
        """The campaign ends; the first reason counts."""
        if self.record.stop is None:
            self.record = self.record.model_copy(update={"stop": reason, "why": why})

    def cut(self, why: str) -> None:
        """Time is over. The gate that is being heard has been looked at, so it stays; it promotes nothing."""
        if self.hearing is not None:
            self._keep(self.hearing())
        before = self._charter.before
        if before is not None and _reach(before) > _reach(self.record):
            self.record = before.model_copy(update={"stop": None})
        self.end("wall_clock", why)

    def _keep(self, gate: GateRecord) -> None:
        """A gate as it is; its audit alone may be what is missing."""
        found = next(each for each in self.record.candidates if each.number == gate.candidate)
        champion = found.bundle if gate.verdict.ruling == "promoted" else None
        changes = {"gates": (*self.record.gates, gate), "champion": champion or self.record.champion}
        self.record = self.record.model_copy(update=changes)

    async def note(self, **changes: Any) -> None:
        """Write down what is new, and show it."""
        played = [finished.result for finished in self._board.finished.values()]
        record = self.record.model_copy(update=changes)
        if len(played) >= record.expenses.episodes:  # a part that did not come to where an earlier one was knows less
            record = record.model_copy(update={"expenses": record.expenses.proposed(self.proposed)})
            record = record.spent(played, self._wall_s)
        self.record = record.model_copy(update={"wall_s": self._wall_s})
        await self._recorder.note(self.record)

    @property
    def _wall_s(self) -> float:
        return self._charter.earlier_s + self._clock.monotonic() - self._began


def _reach(record: CampaignRecord) -> tuple[int, int, int]:
    """How far it has come."""
    return len(record.gates), len(record.candidates), sum(len(gate.pairs) for gate in record.gates)
