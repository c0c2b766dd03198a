"""Admission to providers' rate limits: for a process that has them for itself, and for one of many workers."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Iterable, Mapping

from wardian.base.clients import Allowance, RateReport, Standing
from wardian.base.clock import Clock, SystemClock
from wardian.models.lanes import Admission, LanePlace, LocalLane
from wardian.models.leased_lane import LeasedLane
from wardian.models.leases import Ask, Grant, LaneAsk
from wardian.models.ledger import RateLimit

__all__ = ["Exchange", "LaneOf", "LeasedQuota", "LocalQuota", "Places"]

Exchange = Callable[[Ask], Awaitable[Grant]]
"""How a worker reaches the `Lender`, e.g. a call to the broker actor."""

LaneOf = Callable[[str], str]
"""The name of the lane in which the calls of a model (by its name in the pool) queue up."""

Places = Callable[[str], LanePlace]
"""Where the calls of a model (by its name in the pool) queue up."""

EXCHANGE_S = 0.1
"""A worker asks no more often than this."""

SYSTEM_CLOCK = SystemClock()


class LocalQuota:
    """Rate limits of a process that has them for itself. Models without limits still obey a provider's 429.

    Args:
        limits: what the config says of each model.
        clock: the time.
        lane_of: which models share a limit; by default none do.
    """

    def __init__(
        self, limits: Mapping[str, RateLimit], clock: Clock = SYSTEM_CLOCK, lane_of: LaneOf = lambda model: model
    ) -> None:
        self._limits = limits
        self._clock = clock
        self._lane_of = lane_of
        self._of_model: dict[str, LocalLane] = {}
        self._lanes: dict[str, LocalLane] = {}

    def admit(self, model: str, *, tokens: int, standing: Standing | None = None) -> Admission:
        """Wait until one request of about `tokens` tokens may go to `model`; without a standing, behind all others."""
        return Admission(self._lane(model), tokens, standing)

    def free(self, model: str, *, tokens: int) -> bool:
        """Whether a request of about `tokens` tokens would go to `model` at once."""
        return self._lane(model).free(tokens)

    def hear(self, model: str, report: RateReport) -> None:
        """Take notice of what a reply of `model` says of the limits."""
        self._lane(model).hear(report)

    def allowance(self, model: str) -> Allowance:
        """What may go to `model` now, for people to look at."""
        return self._lane(model).allowance()

    def _lane(self, model: str) -> LocalLane:
        lane = self._of_model.get(model)
        return self._opened(model) if lane is None else lane

    def _opened(self, model: str) -> LocalLane:
        limit, name = self._limits.get(model, RateLimit()), self._lane_of(model)
        lane = self._lanes.get(name) or LocalLane(limit, self._clock)
        lane.tighten(limit)
        self._of_model[model] = self._lanes[name] = lane
        return lane


class LeasedQuota:
    """Rate limits of one worker among many: it spends leases and gets new ones by `exchange`.

    An exchange happens when a call has to wait for one, at most ten times a second. A lease is good for two seconds,
    for a model without limits too, so that a provider's 429 reaches every worker; `keep_fresh` renews it in time.
    """

    def __init__(self, exchange: Exchange, place_of: Places, clock: Clock = SYSTEM_CLOCK) -> None:
        self._exchange = exchange
        self._place_of = place_of
        self._clock = clock
        self._of_model: dict[str, LeasedLane] = {}
        self._lanes: dict[str, LeasedLane] = {}
        self._asking = asyncio.Lock()
        self._asked_at = -math.inf
        self._number = 0
        self._unanswered: Ask | None = None

    def admit(self, model: str, *, tokens: int, standing: Standing | None = None) -> Admission:
        """Wait until one request of about `tokens` tokens may go to `model`; without a standing, behind all others."""
        return Admission(self._lane(model), tokens, standing)

    def free(self, model: str, *, tokens: int) -> bool:
        """Whether a request of about `tokens` tokens would go to `model` at once."""
        return self._lane(model).free(tokens)

    def hear(self, model: str, report: RateReport) -> None:
        """Take notice of what a reply of `model` says of the limits."""
        self._lane(model).hear(report)

    def allowance(self, model: str) -> Allowance:
        """What may go to `model` now, for people to look at."""
        return self._lane(model).allowance()

    async def prepare(self, models: Iterable[str]) -> None:
        """Get the first leases before thousands of calls wait for them: until then none of them could begin."""
        for model in models:
            self._lane(model)
        async with self._asking:
            if self._lanes:
                await self._ask(lane.ask() for lane in self._lanes.values())

    async def keep_fresh(self) -> None:
        """Renew leases that are in use before they are too old, until cancelled.

        Without it the first call that finds its lease too old would hold up all others until the answer is read, and
        on a loop with thousands of calls that can be half a second.
        """
        while True:
            await self._clock.sleep(EXCHANGE_S)
            if lane := next((lane for lane in self._lanes.values() if lane.ageing), None):
                await self._renew(lane, lane.renewals)

    async def close(self) -> None:
        """Give back what is held."""
        async with self._asking:
            if self._lanes:
                await self._ask(lane.report() for lane in self._lanes.values())

    def _lane(self, model: str) -> LeasedLane:
        lane = self._of_model.get(model)
        if lane is None:
            place = self._place_of(model)
            lane = self._lanes.get(place.lane) or LeasedLane(place, self._renew, self._clock)
            lane.tighten(place.limit)
            self._of_model[model] = self._lanes[place.lane] = lane
        return lane

    async def _renew(self, lane: LeasedLane, renewals: int) -> None:
        """Exchange for all lanes at once; `lane` may have got its lease while it waited for its turn."""
        async with self._asking:
            if lane.renewals != renewals:
                return
            await self._clock.sleep(max(self._asked_at + EXCHANGE_S - self._clock.monotonic(), 0.0))
            await self._ask(each.ask() for each in self._lanes.values())

    async def _ask(self, lanes: Iterable[LaneAsk]) -> None:
        """One exchange. When the answer to the last one was lost, that one is repeated: it counts once."""
        ask = self._unanswered or Ask(number=self._number, lanes=tuple(lanes))
        self._unanswered = ask
        self._asked_at = self._clock.monotonic()
        grant = await self._exchange(ask)
        self._unanswered = None
        self._number += 1
        for lane in ask.lanes:
            self._lanes[lane.lane].renewed(lane, grant.of(lane.lane), self._asked_at)
