"""Admission to providers' rate limits: for a process that has them for itself, and for one of many workers."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Iterable, Mapping

from wardian.base.clock import Clock, SystemClock
from wardian.models.lanes import Admission, LeasedLane, LocalLane
from wardian.models.leases import Ask, Grant, LaneAsk
from wardian.models.ledger import RateLimit

__all__ = ["Exchange", "LeasedQuota", "LocalQuota"]

Exchange = Callable[[Ask], Awaitable[Grant]]
"""How a worker reaches the `Lender`, e.g. a call to the broker actor."""

EXCHANGE_S = 0.1
"""A worker asks no more often than this."""

SYSTEM_CLOCK = SystemClock()


class LocalQuota:
    """Rate limits of a process that has them for itself. Models without limits still obey a provider's 429."""

    def __init__(self, limits: Mapping[str, RateLimit], clock: Clock = SYSTEM_CLOCK) -> None:
        self._limits = limits
        self._clock = clock
        self._lanes: dict[str, LocalLane] = {}

    def admit(self, model: str, *, tokens: int) -> Admission:
        """Wait until one request of about `tokens` tokens may go to `model`, first come, first served."""
        lane = self._lanes.get(model)
        if lane is None:
            lane = self._lanes[model] = LocalLane(self._limits.get(model, RateLimit()), self._clock)
        return Admission(lane, tokens)


class LeasedQuota:
    """Rate limits of one worker among many: it spends leases and gets new ones by `exchange`.

    An exchange happens when a call has to wait for one: at most ten times a second, and for a model without limits
    once in two seconds, so that a provider's 429 reaches every worker.
    """

    def __init__(self, exchange: Exchange, clock: Clock = SYSTEM_CLOCK) -> None:
        self._exchange = exchange
        self._clock = clock
        self._lanes: dict[str, LeasedLane] = {}
        self._asking = asyncio.Lock()
        self._asked_at = -math.inf
        self._number = 0
        self._unanswered: Ask | None = None

    def admit(self, model: str, *, tokens: int) -> Admission:
        """Wait until one request of about `tokens` tokens may go to `model`, first come, first served."""
        lane = self._lanes.get(model)
        if lane is None:
            lane = self._lanes[model] = LeasedLane(model, self._renew, self._clock)
        return Admission(lane, tokens)

    async def close(self) -> None:
        """Give back what is held."""
        async with self._asking:
            if self._lanes:
                await self._ask(lane.report() for lane in self._lanes.values())

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
            self._lanes[lane.model].renewed(lane, grant.of(lane.model), self._asked_at)
