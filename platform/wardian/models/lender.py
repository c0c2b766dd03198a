"""Who gets how much of a rate limit that many workers of several jobs share. Pure: the caller brings the time."""

import math
from collections import deque
from dataclasses import dataclass

from wardian.models.bucket import Bucket
from wardian.models.leases import LEASE_S, Ask, Borrower, Grant, LaneAsk, LaneGrant
from wardian.models.ledger import Ledger, RateLimit
from wardian.models.shares import Balances, max_min

__all__ = ["Lender"]

IDLE_S = 600.0
"""What nobody asked for so long is forgotten; it begins again with empty buckets."""


class Lender:
    """Gives leases on many lanes' limits to many workers.

    What a worker did not use comes back with its next ask. What a lost worker held counts as used, so that a limit
    is never exceeded; that costs at most one lease. A lane begins with empty buckets: this may be a lender that was
    restarted, and nobody knows what was used a second ago.
    """

    def __init__(self) -> None:
        self._lanes: dict[str, _SharedLane] = {}
        self._answers: dict[str, tuple[int, float, Grant]] = {}

    def exchange(self, who: Borrower, ask: Ask, now: float) -> Grant:
        """Settle what the worker used and lend to it what it needs, as far as its share goes."""
        last = self._answers.get(who.worker)
        if last is not None and ask.number == last[0]:
            return last[2]
        self._forget(now)
        grant = Grant(lanes=tuple(self._lane(lane, now).lend(who, lane, now) for lane in ask.lanes))
        self._answers[who.worker] = (ask.number, now, grant)
        return grant

    def blocked(self, now: float) -> bool:
        """Whether a provider wants to be left alone."""
        return any(lane.blocked(now) for lane in self._lanes.values())

    def _lane(self, ask: LaneAsk, now: float) -> "_SharedLane":
        lane = self._lanes.get(ask.lane)
        if lane is None:
            lane = self._lanes[ask.lane] = _SharedLane(ask.limit, now)
        lane.asked_at = now
        return lane

    def _forget(self, now: float) -> None:
        for worker in [name for name, (_, at, _) in self._answers.items() if now - at > IDLE_S]:
            del self._answers[worker]
        for name in [name for name, lane in self._lanes.items() if now - lane.asked_at > IDLE_S]:
            del self._lanes[name]


@dataclass(frozen=True, slots=True)
class _Wish:
    """What a worker wanted when it asked last."""

    who: Borrower
    ask: LaneAsk
    at: float


class _Resource:
    """Requests or tokens of a lane: its bucket, and what of it belongs to which job."""

    def __init__(self, bucket: Bucket) -> None:
        self.bucket = bucket
        self.jobs = Balances()

    def divide(self, wants: dict[str, dict[str, float]], weights: dict[str, float]) -> None:
        """Give every job what it is due; `wants` are those of its workers."""
        if self.bucket.rate != math.inf:
            self.jobs.pour(self.bucket.level, {job: sum(each.values()) for job, each in wants.items()}, weights)

    def share(self, who: Borrower, wants: dict[str, float], next_one: float) -> int | None:
        """What one worker may have: its part of the job's, or all that its next call takes if there is as much."""
        if self.bucket.rate == math.inf:
            return None
        balance, want = self.jobs.of(who.job), wants.get(who.worker, 0.0)
        part = max_min(balance, wants, dict.fromkeys(wants, 1.0)).get(who.worker, 0.0)
        if part < next_one <= want and balance >= next_one:
            part = next_one
        return max(int(part + 1e-9), 0)


class _SharedLane:
    """One lane's ledger, and who holds what of it."""

    def __init__(self, limit: RateLimit, now: float) -> None:
        self.asked_at = now
        self._ledger = Ledger(limit, now, full=False)
        self._requests = _Resource(self._ledger.requests)
        self._tokens = _Resource(self._ledger.tokens)
        self._leases: dict[str, tuple[float, LaneGrant]] = {}
        self._wishes: dict[str, _Wish] = {}
        self._peaks: deque[tuple[float, int, int]] = deque()

    def blocked(self, now: float) -> bool:
        """Whether nobody may ask now."""
        return self._ledger.blocked_for(now) > 0

    def lend(self, who: Borrower, ask: LaneAsk, now: float) -> LaneGrant:
        """Settle the last lease of `who` and give the next one."""
        self._settle(who, ask, now)
        self._learn(ask, now)
        self._wish(who, ask, now)
        blocked_s = self._ledger.blocked_for(now)
        if blocked_s > 0:
            return LaneGrant(lane=ask.lane, requests=0, tokens=0, blocked_s=blocked_s)
        grant = self._grant(who, ask)
        self._charge(who, grant.requests or 0, grant.tokens or 0, now)
        self._leases[who.worker] = now, grant
        return grant

    def _settle(self, who: Borrower, ask: LaneAsk, now: float) -> None:
        _, lease = self._leases.pop(who.worker, (now, LaneGrant(lane=ask.lane)))
        self._charge(who, ask.used_requests - (lease.requests or 0), ask.used_tokens - (lease.tokens or 0), now)

    def _charge(self, who: Borrower, requests: int, tokens: int, now: float) -> None:
        self._ledger.take(requests, tokens, now)
        self._requests.jobs.take(who.job, requests)
        self._tokens.jobs.take(who.job, tokens)

    def _learn(self, ask: LaneAsk, now: float) -> None:
        if ask.report is not None:
            self._ledger.hear(ask.report, self._lent(now), now)
        if ask.rejected:
            self._ledger.rejected(ask.rejected, now)
        if ask.blocked_s > 0:
            self._ledger.block_until(now + ask.blocked_s)

    def _lent(self, now: float) -> tuple[float, float]:
        """The most requests and tokens that workers held lately, and may have used at any moment since."""
        for worker in [worker for worker, (at, _) in self._leases.items() if now - at > IDLE_S]:
            del self._leases[worker]
        grants = [grant for at, grant in self._leases.values() if now - at <= LEASE_S]
        self._peaks.append(
            (now, sum(grant.requests or 0 for grant in grants), sum(grant.tokens or 0 for grant in grants))
        )
        while now - self._peaks[0][0] > LEASE_S:
            self._peaks.popleft()
        return max(requests for _, requests, _ in self._peaks), max(tokens for _, _, tokens in self._peaks)

    def _wish(self, who: Borrower, ask: LaneAsk, now: float) -> None:
        """Note who wants how much, for as long as a lease lasts; the tightest of their limits holds."""
        self._wishes.pop(who.worker, None)
        if ask.requests > 0:
            self._wishes[who.worker] = _Wish(who, ask, now)
        for worker in [worker for worker, wish in self._wishes.items() if now - wish.at > LEASE_S]:
            del self._wishes[worker]
        limit = ask.limit
        for wish in self._wishes.values():
            limit = limit.within(wish.ask.limit)
        self._ledger.limit_to(limit, now)
        self._ledger.refill(now)

    def _grant(self, who: Borrower, ask: LaneAsk) -> LaneGrant:
        weights: dict[str, float] = {}
        requests: dict[str, dict[str, float]] = {}
        tokens: dict[str, dict[str, float]] = {}
        for wish in self._wishes.values():
            job, worker = wish.who.job, wish.who.worker
            weights[job] = wish.who.weight
            requests.setdefault(job, {})[worker] = wish.ask.requests
            tokens.setdefault(job, {})[worker] = wish.ask.tokens
        self._requests.divide(requests, weights)
        self._tokens.divide(tokens, weights)
        most = self._tokens.bucket.capacity * weights.get(who.job, 1.0) / max(sum(weights.values()), 1.0e-9)
        large = min(ask.next_tokens, max(most, 1.0))
        lent = self._tokens.share(who, tokens.get(who.job, {}), large)
        return LaneGrant(
            lane=ask.lane,
            requests=self._requests.share(who, requests.get(who.job, {}), 1.0),
            tokens=ask.next_tokens if lent is not None and 0 < large <= lent < ask.next_tokens else lent,
        )
