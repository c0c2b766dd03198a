"""Asking a panel: all at once, and no longer than its config says."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from wardian.base.deadline import Deadline
from wardian.base.fused import Answer, Ended
from wardian.base.messages import Request
from wardian.fusion.asking import Asking
from wardian.fusion.call import FusionCall
from wardian.fusion.lines import OpenLines
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

    Answers to the fusion's own request that stand are not asked for again.
    Whoever is not waited for any more is cut off, or goes on until the fusion is over, as `spec.cancel` says.

    Raises:
        ModelError: as `FusionCall.check` does.
    """
    if request is None and round_ == 0 and (standing := call.standing(seats)) is not None:
        return Collected(standing, "settled")
    panel = _Panel(call, seats, spec, decided)
    panel.invite(request, round_)
    if spec.cancel or call.lines is None:
        async with OpenLines() as lines:
            ended = await panel.heard(lines)
    else:
        ended = await panel.heard(call.lines)
    call.check()
    panel.report(ended)
    return Collected(panel.answers, ended)


class _Panel:
    """Those who are asked, and how far they have got."""

    def __init__(self, call: FusionCall, seats: Sequence[Seat], spec: CollectSpec, decided: Decided) -> None:
        self._call = call
        self._seats = seats
        self._spec = spec
        self._decided = decided
        self._needed = spec.needed(len(seats))
        self._news = asyncio.Event()

    def invite(self, request: Request | None, round_: int) -> None:
        """Put the question to everybody."""
        self._askings = [self._call.asking(seat, request, round_=round_) for seat in self._seats]
        self._open = set(self._askings)

    @property
    def answers(self) -> tuple[Answer, ...]:
        """Everybody's, so far as there are any."""
        return tuple(asking.answer for asking in self._askings)

    async def heard(self, lines: OpenLines) -> Ended:
        """Ask, and wait as long as it is worth it; then nobody is waited for any more."""
        for asking, seat in self._pairs:
            timeout_s = seat.spec.timeout_s or self._spec.member_timeout_s
            lines.open(self._hear(asking, timeout_s), asking.ending)
        began_s = self._call.elapsed_s
        await self._until(lambda: self._quorate)
        grace_s = (self._call.elapsed_s - began_s) * self._spec.grace_frac
        async with Deadline(lambda: self._call.elapsed_s, grace_s) as grace:
            await self._until(lambda: False)
        for asking in self._open:
            asking.lapsed.set()
        if grace.expired:
            return "grace"
        if any(answer.state == "timeout" for answer in self.answers) and self._call.overdue:
            return "deadline"
        return "decided" if self._open else "settled"

    def report(self, ended: Ended) -> None:
        """Say what the panel lacks."""
        if ended != "decided" and self._usable < self._needed:
            self._call.degrade("quorum_missed")
        if any(seat.spec.required and not asking.answer.ok for asking, seat in self._pairs):
            self._call.degrade("required_missing")
        if any(answer.state == "skipped_budget" for answer in self.answers):
            self._call.degrade("skipped_budget")

    async def _hear(self, asking: Asking, timeout_s: float | None) -> Answer:
        try:
            return await asking.run(timeout_s)
        finally:
            self._open.discard(asking)
            self._news.set()

    async def _until(self, enough: Callable[[], bool]) -> None:
        while not self._over and not enough():
            self._news.clear()
            await self._news.wait()

    @property
    def _pairs(self) -> Iterable[tuple[Asking, Seat]]:
        return zip(self._askings, self._seats, strict=True)

    @property
    def _usable(self) -> int:
        return sum(answer.ok for answer in self.answers)

    @property
    def _obliged(self) -> bool:
        """Whether somebody is missing without whom nothing is decided."""
        return any(seat.spec.required and asking in self._open for asking, seat in self._pairs)

    @property
    def _quorate(self) -> bool:
        return self._usable >= self._needed and not self._obliged

    @property
    def _over(self) -> bool:
        """Whether no further answer would change anything."""
        if not self._open or self._call.broken is not None:
            return True
        settled = [asking.answer for asking in self._askings if asking not in self._open]
        return bool(settled) and not self._obliged and self._decided(settled, len(self._open))
