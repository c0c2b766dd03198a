"""A model that answers at several places: another one is asked when one is out, or slow.

Nothing is repeated here. Each place has its own retry layer; what that cannot mend is asked for elsewhere, within the
same deadline. What is the request's own fault (400, 404, a conversation that is too long) is the same everywhere.
"""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

from wardian.base.clock import Clock
from wardian.base.completion import Completion
from wardian.base.errors import ModelError
from wardian.base.messages import Origin, Request
from wardian.base.usage import Retry
from wardian.models.call import Call
from wardian.models.hedging import Hedging
from wardian.models.race import Race
from wardian.models.refusal import RETRIED
from wardian.models.retry import RetryingClient

__all__ = ["RoutingClient"]

ELSEWHERE: Final = RETRIED | {"auth", "quota_exhausted"}
"""What another place with another key may not suffer from."""
MOST_MOVED: Final = 10_000
"""Conversations away from the preferred place that are remembered."""


class RoutingClient:
    """Asks the first of `places` that is well, and the next one when that gives no answer.

    A conversation stays where its last answer came from as long as that place is well: there its prompt is cached.

    Args:
        name: the model's name in the pool.
        places: where it answers, the preferred one first.
        timeout_s: wall-clock limit of a call over all places; each gets an equal part of what is left.
        clock: the time.
        hedging: when to ask a second place at the same time; None for never.
    """

    def __init__(
        self,
        name: str,
        places: Sequence[RetryingClient],
        timeout_s: float,
        clock: Clock,
        hedging: Hedging | None = None,
    ) -> None:
        self.name = name
        self._places = tuple(places)
        self._timeout_s = timeout_s
        self._clock = clock
        self._hedging = hedging
        self._moved: OrderedDict[str, RetryingClient] = OrderedDict()

    async def complete(self, request: Request) -> Completion:
        """The first usable answer.

        Raises:
            ModelError: that of the last place; of one that may get well, if others are lost for good.
        """
        call = Call.begun(self._clock.monotonic(), request.origin)
        if self._hedging is not None:
            self._hedging.called()
        errors: list[ModelError] = []
        places = self._order(request.origin)
        while places:
            place, *places = places
            self._turn_to(places, call)
            try:
                return await self._ask(place, places, request, call)
            except ModelError as error:
                errors.append(error)
                if not self._go_on(error, places, call):
                    break
        raise self._telling(errors, call)

    def _order(self, origin: Origin | None) -> list[RetryingClient]:
        """Whom to ask: the conversation's own place, then the others by preference; those that are out last."""
        home = self._moved.get(origin.episode) if self._moved and origin is not None else None
        places = [place for place in self._places if place is not home]
        if home is not None:
            places.insert(0, home)
        if not any(place.out for place in places):
            return places
        return sorted((place for place in places if not place.lost), key=_is_out) or places[:1]

    def _turn_to(self, others: Sequence[RetryingClient], call: Call) -> None:
        """The next place gets its part of the time that is left; nobody waits for it if another one is well."""
        well = sum(not place.out for place in others)
        spent = call.spent(self._clock.monotonic())
        call.turn_to(spent + (self._timeout_s - spent) / (1 + well), replaceable=well > 0)

    def _go_on(self, error: ModelError, others: Sequence[RetryingClient], call: Call) -> bool:
        now = self._clock.monotonic()
        if not others or error.kind not in ELSEWHERE or call.spent(now) >= self._timeout_s:
            return False
        call.retried.append(Retry(kind=error.kind, at_s=now - call.started, pause_s=0.0))
        return True

    def _telling(self, errors: Sequence[ModelError], call: Call) -> ModelError:
        last = errors[-1]
        if last.kind in ELSEWHERE:
            last = next((error for error in reversed(errors) if not error.lasting), last)
        last.retried = tuple(call.retried)
        return last

    async def _ask(
        self, place: RetryingClient, others: Sequence[RetryingClient], request: Request, call: Call
    ) -> Completion:
        if self._hedging is None:
            completion = await place.answer(request, call)
        else:
            completion = await Race(request, (place, *others), self._hedging, self._clock).winner(call)
        if not completion.timing.hedged:
            self._stay(request.origin, place)
        return completion

    def _stay(self, origin: Origin | None, place: RetryingClient) -> None:
        if origin is None:
            return
        if place is not self._places[0]:
            self._moved[origin.episode] = place
            if len(self._moved) > MOST_MOVED:
                self._moved.popitem(last=False)
        elif self._moved:
            self._moved.pop(origin.episode, None)


def _is_out(place: RetryingClient) -> bool:
    return place.out
