"""How several processes share one provider's rate limits: leases of requests and tokens, in blocks.

A worker asks at most ten times a second for what it needs and says what it used; the lender answers with the
amounts that the worker holds from then on. Nobody asks for single calls.
"""

from pydantic import PositiveFloat

from wardian.base.clients import RateReport
from wardian.base.frozen import Frozen
from wardian.models.ledger import RateLimit

__all__ = ["LEASE_S", "Ask", "Borrower", "Grant", "LaneAsk", "LaneGrant"]

LEASE_S = 2.0
"""How long a worker may use what it was granted."""


class Borrower(Frozen):
    """Who asks.

    Args:
        worker: a name that no other process had before: numbers of asks count per worker.
        job: jobs that share a limit get equal parts of it, however many workers they have, …
        weight: … or parts in proportion to this.
    """

    worker: str
    job: str = ""
    weight: PositiveFloat = 1.0


class LaneAsk(Frozen):
    """One lane's part of an `Ask`.

    Args:
        lane: the name of the lane: whoever names the same one shares its limits.
        limit: what the job's config says of them; where jobs disagree, the tightest holds.
        requests: how many requests could be used now; what is held already is part of it.
        tokens: how many tokens.
        next_tokens: tokens of the request that waits first, for one that is larger than the bucket.
        used_requests: what was sent since the last ask.
        used_tokens: tokens since the last ask; estimates that were too high make it negative.
        rejected: 429s since the last ask.
        blocked_s: for how long the provider told this worker to wait.
        report: the latest that a reply's headers said.
    """

    lane: str
    limit: RateLimit = RateLimit()
    requests: int = 0
    tokens: int = 0
    next_tokens: int = 0
    used_requests: int = 0
    used_tokens: int = 0
    rejected: int = 0
    blocked_s: float = 0.0
    report: RateReport | None = None


class Ask(Frozen):
    """What a worker used and what it needs. The same `number` again means: the answer was lost."""

    number: int
    lanes: tuple[LaneAsk, ...]


class LaneGrant(Frozen):
    """What a worker holds of one lane from now on: absolute amounts, None for no limit."""

    lane: str
    requests: int | None = None
    tokens: int | None = None
    blocked_s: float = 0.0


class Grant(Frozen):
    """The answer to an `Ask`; good for `LEASE_S` from the moment of asking."""

    lanes: tuple[LaneGrant, ...]

    def of(self, lane: str) -> LaneGrant:
        """The part of `lane`, nothing when it was not granted any."""
        return next((grant for grant in self.lanes if grant.lane == lane), LaneGrant(lane=lane, requests=0, tokens=0))
