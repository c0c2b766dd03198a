"""What goes on at a lane: a few numbers that are counted on the way and read once a second."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Final, Literal

from pydantic import NonNegativeFloat, NonNegativeInt

from wardian.base.clients import Allowance
from wardian.base.frozen import Frozen

__all__ = ["WORSE", "BreakerState", "LaneCall", "LaneGauge", "LaneMeter", "joined"]

BreakerState = Literal["closed", "probing", "open", "lost"]
"""Calls go through; one of them tries; none does until the pause is over; none ever will."""
WORSE: Final[Mapping[BreakerState, int]] = {"closed": 0, "probing": 1, "open": 2, "lost": 3}
"""The states from good to bad."""


class LaneGauge(Frozen):
    """One lane (a provider's model under one key) at one moment.

    Args:
        lane: the first of its names in the pool.
        in_flight: calls that were sent and have no answer yet.
        waiting: calls that wait for a rate limit, for the breaker or for their next attempt.
        oldest_wait_s: how long the first of those has waited, in seconds.
        requests: attempts that were sent since the process began.
        tokens: what answers used, in and out, since the process began.
        rate_limited: attempts that were answered with 429.
        failed: attempts that failed otherwise.
        retries: attempts that repeated another.
        breaker: what the circuit breaker lets through.
        allowance: the rate limit in force and what may be sent under it now.
    """

    lane: str
    in_flight: NonNegativeInt = 0
    waiting: NonNegativeInt = 0
    oldest_wait_s: NonNegativeFloat = 0.0
    requests: NonNegativeInt = 0
    tokens: NonNegativeInt = 0
    rate_limited: NonNegativeInt = 0
    failed: NonNegativeInt = 0
    retries: NonNegativeInt = 0
    breaker: BreakerState = "closed"
    allowance: Allowance = Allowance()


@dataclass(slots=True, eq=False)
class LaneCall:
    """Where one call stands; `waiting_since` is None while it is on the wire."""

    waiting_since: float | None


class LaneMeter:
    """Counts for the clients of one lane, which write its fields directly: a method would cost more than the number."""

    __slots__ = ("calls", "failed", "rate_limited", "requests", "retries", "tokens")

    def __init__(self) -> None:
        self.calls: set[LaneCall] = set()
        self.requests = self.tokens = self.rate_limited = self.failed = self.retries = 0

    def gauge(self, lane: str, breaker: BreakerState, allowance: Allowance, now: float) -> LaneGauge:
        """What stands here, with what others know of the lane."""
        since = [call.waiting_since for call in self.calls if call.waiting_since is not None]
        return LaneGauge(
            lane=lane,
            in_flight=len(self.calls) - len(since),
            waiting=len(since),
            oldest_wait_s=max(now - min(since, default=now), 0.0),
            requests=self.requests,
            tokens=self.tokens,
            rate_limited=self.rate_limited,
            failed=self.failed,
            retries=self.retries,
            breaker=breaker,
            allowance=allowance,
        )


def joined(gauges: Iterable[LaneGauge]) -> tuple[LaneGauge, ...]:
    """The gauges of many workers as one for every lane: sums, and the worst of what cannot be added."""
    by_lane = groupby(sorted(gauges, key=lambda gauge: gauge.lane), key=lambda gauge: gauge.lane)
    return tuple(_sum(lane, tuple(group)) for lane, group in by_lane)


def _sum(lane: str, gauges: tuple[LaneGauge, ...]) -> LaneGauge:
    return LaneGauge(
        lane=lane,
        in_flight=sum(gauge.in_flight for gauge in gauges),
        waiting=sum(gauge.waiting for gauge in gauges),
        oldest_wait_s=max(gauge.oldest_wait_s for gauge in gauges),
        requests=sum(gauge.requests for gauge in gauges),
        tokens=sum(gauge.tokens for gauge in gauges),
        rate_limited=sum(gauge.rate_limited for gauge in gauges),
        failed=sum(gauge.failed for gauge in gauges),
        retries=sum(gauge.retries for gauge in gauges),
        breaker=max((gauge.breaker for gauge in gauges), key=WORSE.__getitem__),
        allowance=Allowance.together(gauge.allowance for gauge in gauges),
    )
