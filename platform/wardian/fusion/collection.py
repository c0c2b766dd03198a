"""Asking a panel: all at once, and no longer than its config says."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from wardian.base.fused import Answer, Ended
from wardian.base.messages import Request
from wardian.fusion.call import FusionCall
from wardian.fusion.seats import Seat
from wardian.specs.fusion.collect import CollectSpec

__all__ = ["Collected", "Decided", "collect", "undecided"]

Decided = Callable[[Sequence[Answer], int], bool]
"""Whether the answers so far settle it, whatever the so many that are missing will say."""


@dataclass(frozen=True, slots=True)
class Collected:
    """A panel's answers in the order of its seats, and why nobody waits for more."""

    answers: tuple[Answer, ...]
    ended: Ended

    @property
    def usable(self) -> tuple[Answer, ...]:
        """Those that count."""
        return tuple(answer for answer in self.answers if answer.ok)


def undecided(answers: Sequence[Answer], missing: int) -> bool:
    """Never decided before the end."""
    return False


async def collect(
    call: FusionCall,
    seats: Sequence[Seat],
    spec: CollectSpec,
    *,
    request: Request | None = None,
    round_: int = 0,
    decided: Decided = undecided,
) -> Collected:
    """Ask all `seats` at once; stop at the first of: all have answered, decided, the grace is over, the deadline.

    Raises:
        ModelError: as `FusionCall.check` does.
    """
    async with asyncio.TaskGroup() as group:
        asked = [group.create_task(call.ask(seat, request, round_=round_)) for seat in seats]
    call.check()
    return Collected(tuple(task.result() for task in asked), "settled")
