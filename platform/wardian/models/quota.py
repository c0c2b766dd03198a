"""Admission to rate limits within one process."""

import asyncio
from collections.abc import Mapping
from types import TracebackType

from wardian.base.clock import Clock
from wardian.base.messages import Usage
from wardian.models.ledger import Ledger, RateLimit

__all__ = ["LocalQuota"]

GLANCE_S = 0.1
"""Whoever waits looks again this often: settled estimates may have set him free earlier."""


class LocalQuota:
    """Rate limits of a process that has them for itself. Models without a limit still obey a provider's 429.

    Callers of one model are admitted in the order in which they came.
    """

    def __init__(self, limits: Mapping[str, RateLimit], clock: Clock) -> None:
        self._limits = limits
        self._clock = clock
        self._lanes: dict[str, _Lane] = {}

    def admit(self, model: str, *, tokens: int) -> "_Admission":
        """Wait until one request of about `tokens` tokens may go to `model`."""
        lane = self._lanes.get(model)
        if lane is None:
            lane = self._lanes[model] = _Lane(self._limits.get(model, RateLimit()), self._clock)
        return _Admission(lane, tokens)


class _Lane:
    """The queue before one model: only its head watches the ledger."""

    def __init__(self, limit: RateLimit, clock: Clock) -> None:
        self._clock = clock
        self._turn = asyncio.Lock()
        self.ledger = Ledger(limit, clock.monotonic())

    async def enter(self, tokens: int) -> None:
        async with self._turn:
            while (wait := self.ledger.wait(tokens, self.now())) > 0:
                await self._clock.sleep(min(wait, GLANCE_S))
            self.ledger.take(1, tokens, self.now())

    def now(self) -> float:
        return self._clock.monotonic()


class _Admission:
    """One request on its way in: a permit once it is entered. Cheaper than a generator-based context manager."""

    __slots__ = ("_lane", "_tokens")

    def __init__(self, lane: _Lane, tokens: int) -> None:
        self._lane = lane
        self._tokens = tokens

    async def __aenter__(self) -> "_Admission":
        await self._lane.enter(self._tokens)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def settle(self, usage: Usage) -> None:
        self._lane.ledger.take(0, usage.total - self._tokens, self._lane.now())
        self._tokens = usage.total

    def rejected(self, retry_after_s: float | None) -> None:
        """A rejected request has cost a request, but no tokens."""
        self.settle(Usage())
        if retry_after_s is not None:
            self._lane.ledger.block_until(self._lane.now() + retry_after_s)
