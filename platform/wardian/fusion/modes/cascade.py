"""Cascade: cheap models first, dear ones only where those were not good enough."""

from collections.abc import Sequence
from dataclasses import dataclass

from wardian.base.fused import Answer
from wardian.fusion.call import FusionCall
from wardian.fusion.collection import Collected, collect
from wardian.fusion.modes.acceptance import Acceptance
from wardian.fusion.modes.mode import Outcome, nobody
from wardian.fusion.seats import Seat
from wardian.fusion.tally import Count
from wardian.specs.fusion.modes import CascadeSpec

__all__ = ["Cascade", "Stage"]


@dataclass(frozen=True, slots=True)
class Stage:
    """Who is asked at once, and when that is good enough."""

    seats: Sequence[Seat]
    acceptance: Acceptance


class Cascade:
    """Asks one stage after the other until an answer is good enough; the record has the stage as the round.

    Args:
        spec: the fusion's.
        stages: the cheapest first.
    """

    def __init__(self, spec: CascadeSpec, stages: Sequence[Stage]) -> None:
        self._spec = spec
        self._stages = stages

    async def settle(self, call: FusionCall) -> Outcome:
        """The first answer that is good enough; else that of the last stage that gave one."""
        best: Outcome | None = None
        for number, stage in enumerate(self._stages):
            if self._closed(call, stage):
                continue
            collected = await collect(
                call, stage.seats, self._spec.collect, round_=number, decided=stage.acceptance.decided
            )
            if not collected.usable:
                continue
            accepted = await stage.acceptance.accepted(call, collected.usable)
            best = _outcome(collected, accepted)
            if accepted is not None:
                return best
        if best is None:
            raise nobody(call.request.model, call.answers)
        call.degrade("not_accepted")
        return best

    def _closed(self, call: FusionCall, stage: Stage) -> bool:
        """Whether there is no money or no time left for a stage."""
        if call.overdue:
            call.degrade("deadline")
            return True
        if not call.affords(stage.seats):
            call.degrade("skipped_budget")
            return True
        return False


def _outcome(collected: Collected, accepted: Answer | None) -> Outcome:
    count = Count(collected.usable)
    answer = accepted or count.leader
    return Outcome.verbatim(answer, count.decision("stage", answer.seat), "cascade", collected.ended)
