"""How several processes share one provider's rate limits: leases of requests and tokens, in blocks.

A worker asks at most ten times a second for what it needs and says what it used; the lender answers with the
amounts that the worker holds from then on. Nobody asks for single calls.
"""

from collections.abc import Mapping

from wardian.base.frozen import Frozen
from wardian.models.ledger import Ledger, RateLimit

__all__ = ["LEASE_S", "Ask", "Grant", "LaneAsk", "LaneGrant", "Lender"]

LEASE_S = 2.0
"""How long a worker may use what it was granted."""


class LaneAsk(Frozen):
    """One model's part of an `Ask`.

    Args:
        model: the model's name in the pool.
        requests: how many requests could be used now; what is held already is part of it.
        tokens: how many tokens.
        next_tokens: tokens of the request that waits first, for one that is larger than the bucket.
        used_requests: what was sent since the last ask.
        used_tokens: tokens since the last ask; estimates that were too high make it negative.
        blocked_s: for how long the provider told this worker to wait.
    """

    model: str
    requests: int = 0
    tokens: int = 0
    next_tokens: int = 0
    used_requests: int = 0
    used_tokens: int = 0
    blocked_s: float = 0.0


class Ask(Frozen):
    """What a worker used and what it needs. The same `number` again means: the answer was lost."""

    number: int
    lanes: tuple[LaneAsk, ...]


class LaneGrant(Frozen):
    """What a worker holds of one model from now on: absolute amounts, None for no limit."""

    model: str
    requests: int | None = None
    tokens: int | None = None
    blocked_s: float = 0.0


class Grant(Frozen):
    """The answer to an `Ask`; good for `LEASE_S` from the moment of asking."""

    lanes: tuple[LaneGrant, ...]

    def of(self, model: str) -> LaneGrant:
        """The part of `model`, nothing when it was not granted any."""
        return next((lane for lane in self.lanes if lane.model == model), LaneGrant(model=model, requests=0, tokens=0))


class Lender:
    """Gives leases on the limits of many models to many workers: pure, the caller brings the time.

    What a worker did not use comes back with its next ask. What a lost worker held counts as used, so that a limit
    is never exceeded; that costs at most one lease.
    """

    def __init__(self, limits: Mapping[str, RateLimit], now: float) -> None:
        self._ledgers = {model: Ledger(limit, now) for model, limit in limits.items()}
        self._leases: dict[tuple[str, str], LaneGrant] = {}
        self._eager: dict[str, dict[str, float]] = {model: {} for model in limits}
        self._answers: dict[str, tuple[int, Grant]] = {}

    def exchange(self, worker: str, ask: Ask, now: float) -> Grant:
        """Settle what `worker` used and lend to it what it needs, as far as its share goes.

        `worker` is a name that no other process had before: numbers of asks count per worker.
        """
        number, answer = self._answers.get(worker, (-1, None))
        if answer is not None and number == ask.number:
            return answer
        grant = Grant(lanes=tuple(self._lend(worker, lane, now) for lane in ask.lanes))
        self._answers[worker] = (ask.number, grant)
        return grant

    def _lend(self, worker: str, ask: LaneAsk, now: float) -> LaneGrant:
        ledger = self._ledgers.get(ask.model)
        if ledger is None:
            ledger = self._ledgers[ask.model] = Ledger(RateLimit(), now)
        self._settle(worker, ask, ledger, now)
        if ask.blocked_s > 0:
            ledger.block_until(now + ask.blocked_s)
        requests, tokens = ledger.share(self._sharers(worker, ask, now), now)
        grant = LaneGrant(
            model=ask.model,
            requests=None if requests is None else min(requests, ask.requests),
            tokens=None if tokens is None else min(max(tokens, _large(ask, ledger, now)), ask.tokens),
            blocked_s=ledger.blocked_for(now),
        )
        ledger.take(grant.requests or 0, grant.tokens or 0, now)
        self._leases[worker, ask.model] = grant
        return grant

    def _settle(self, worker: str, ask: LaneAsk, ledger: Ledger, now: float) -> None:
        lease = self._leases.pop((worker, ask.model), LaneGrant(model=ask.model))
        ledger.take(ask.used_requests - (lease.requests or 0), ask.used_tokens - (lease.tokens or 0), now)

    def _sharers(self, worker: str, ask: LaneAsk, now: float) -> int:
        """How many workers wanted something of this model lately, this one included."""
        eager = self._eager.setdefault(ask.model, {})
        if ask.requests > 0:
            eager[worker] = now
        for other in [name for name, asked in eager.items() if now - asked > LEASE_S]:
            del eager[other]
        return max(len(eager), 1)


def _large(ask: LaneAsk, ledger: Ledger, now: float) -> int:
    """The tokens of the first waiting request, when the ledger lets it go: it may be larger than the share."""
    return ask.next_tokens if ask.requests > 0 and ledger.wait(ask.next_tokens, now) == 0 else 0
