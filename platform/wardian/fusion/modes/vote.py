"""Vote: the answer that most members gave, verbatim."""

from collections.abc import Sequence

from wardian.fusion.call import FusionCall
from wardian.fusion.collection import collect
from wardian.fusion.modes.mode import Outcome, nobody
from wardian.fusion.seats import Seat
from wardian.fusion.tally import Count
from wardian.specs.fusion.modes import VoteSpec

__all__ = ["Vote"]


class Vote:
    """Weighted plurality; at a tie the member named first among the leaders.

    Args:
        spec: the fusion's.
        seats: who votes.
    """

    def __init__(self, spec: VoteSpec, seats: Sequence[Seat]) -> None:
        self._spec = spec
        self._seats = seats

    async def settle(self, call: FusionCall) -> Outcome:
        """The plurality's answer."""
        collected = await collect(call, self._seats, self._spec.collect)
        if not collected.usable:
            raise nobody(call.request.model, collected.answers)
        count = Count(collected.usable)
        return Outcome.verbatim(count.leader, count.decision("vote"), "vote", collected.ended)
