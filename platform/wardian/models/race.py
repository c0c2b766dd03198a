"""Two requests for one answer: the second is sent when the first is late, and whichever answers first counts."""

import asyncio
from collections.abc import Sequence
from typing import Final

from wardian.base.clock import Clock
from wardian.base.completion import Completion
from wardian.base.errors import WardianError
from wardian.base.messages import Request
from wardian.models.call import Call
from wardian.models.hedging import Hedging
from wardian.models.retry import RetryingClient

__all__ = ["Race"]

LOOK_AGAIN: Final = 0.25
"""Where a late call may not be made a second time yet, look again after this part of the time that made it late."""
SHORTEST_S: Final = 0.05

Outcome = Completion | WardianError


class Race:
    """One request that may be sent twice; a task is made for the second one only, for most need none.

    The second goes to a place that sends it at once: one where calls wait for a rate limit is not asked. Whoever loses
    is cancelled; the budgets count its worst case, the rate limits its estimate.

    Args:
        request: the question.
        places: who is asked, and who may be asked besides; at last the first one again, unless `hedging` forbids it.
        hedging: says what is late, and whether a second request is allowed.
        clock: the time.
    """

    def __init__(self, request: Request, places: Sequence[RetryingClient], hedging: Hedging, clock: Clock) -> None:
        self._request = request
        self._place, *self._others = places
        self._hedging = hedging
        self._clock = clock
        self._after = hedging.slow_after(self._place.name)
        self._scope = asyncio.timeout(None)
        self._racing = True
        self._second: asyncio.Task[Outcome] | None = None

    async def winner(self, call: Call) -> Completion:
        """The first answer to `call`.

        Raises:
            WardianError: that of the first request, when neither was answered.
        """
        async with asyncio.TaskGroup() as group:
            watch = _Watch(self, call, group)
            try:
                outcome = await self._first(call)
            finally:
                watch.end()
                self._racing = False
            if self._second is not None:
                outcome = await self._better(outcome, self._second)
        if isinstance(outcome, WardianError):
            raise outcome
        return outcome if self._second is None else _marked(outcome)

    def late_in(self, call: Call) -> float:
        """Seconds until the first request is late; in line nobody is."""
        return self._after if call.sent_at is None else call.sent_at + self._after - self._clock.monotonic()

    def start_second(self, call: Call, group: asyncio.TaskGroup) -> bool:
        """Send the second request, if anybody would send it at once and one more is allowed."""
        places = self._others if self._hedging.elsewhere else (*self._others, self._place)
        place = next((place for place in places if place.free(self._request)), None)
        if place is None or not self._hedging.take():
            return False
        self._second = group.create_task(self._run_second(place, call.twin(self._clock.monotonic())))
        return True

    @property
    def look_again_s(self) -> float:
        """When to try again to send it."""
        return max(self._after * LOOK_AGAIN, SHORTEST_S)

    async def _first(self, call: Call) -> Outcome:
        try:
            async with self._scope:
                return await self._run(self._place, call)
        except TimeoutError:
            if self._second is None or not self._scope.expired():
                raise
            if call.sent_at is not None:
                self._hedging.took(self._place.name, self._clock.monotonic() - call.sent_at)
            return await self._second

    async def _run_second(self, place: RetryingClient, call: Call) -> Outcome:
        outcome = await self._run(place, call)
        if self._racing and isinstance(outcome, Completion):
            self._scope.reschedule(0.0)
        return outcome

    async def _run(self, place: RetryingClient, call: Call) -> Outcome:
        try:
            completion = await place.answer(self._request, call)
        except WardianError as error:
            return error
        if call.sent_at is not None:
            self._hedging.took(place.name, self._clock.monotonic() - call.sent_at)
        return completion

    async def _better(self, outcome: Outcome, second: "asyncio.Task[Outcome]") -> Outcome:
        """An answer of the second request instead of an error of the first."""
        if isinstance(outcome, Completion):
            second.cancel()
            return outcome
        other = await second
        return other if isinstance(other, Completion) else outcome


class _Watch:
    """Looks whether the first request is late."""

    __slots__ = ("_call", "_group", "_loop", "_race", "_timer")

    def __init__(self, race: Race, call: Call, group: asyncio.TaskGroup) -> None:
        self._race = race
        self._call = call
        self._group = group
        self._loop = asyncio.get_running_loop()
        self._timer = self._loop.call_later(race.late_in(call), self._look)

    def end(self) -> None:
        """Look no more."""
        self._timer.cancel()

    def _look(self) -> None:
        late_in = self._race.late_in(self._call)
        if late_in > 0:
            self._timer = self._loop.call_later(late_in, self._look)
        elif not self._race.start_second(self._call, self._group):
            self._timer = self._loop.call_later(self._race.look_again_s, self._look)


def _marked(completion: Completion) -> Completion:
    return completion.model_copy(update={"timing": completion.timing.model_copy(update={"hedged": True})})
