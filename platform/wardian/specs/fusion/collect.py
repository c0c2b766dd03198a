"""How long a panel is waited for."""

import math
from typing import Annotated, Literal

from pydantic import Field, NonNegativeFloat, PositiveFloat

from wardian.base.frozen import Frozen
from wardian.specs.models import HedgeSpec

__all__ = ["CollectSpec", "Quorum"]

Quorum = Annotated[int, Field(ge=1)] | Annotated[float, Field(gt=0, lt=1)] | Literal["all"]


class CollectSpec(Frozen):
    """From a panel's quorum on, the rest is waited for only a little longer."""

    quorum: Quorum = "all"
    """How many usable answers are enough: a number, a part of the panel, or `all`."""
    grace_frac: NonNegativeFloat = 0.25
    """After the quorum, the rest has this part of the time that the quorum took, rate limits included."""
    member_timeout_s: PositiveFloat | None = None
    """Seconds for each member's answer."""
    deadline_s: PositiveFloat | None = None
    """Seconds for the whole fusion, judge and all, without waiting for rate limits; then what is there decides."""
    hedge: HedgeSpec | None = None
    """A second request where a member is slow, or the judge: only to another of the model's deployments, and only where
    that would send it at once. A `hedge` of the model itself goes before."""
    cancel: bool = True
    """Whether who is not waited for any more is cut off; else it may go on until the fused answer is there, and what
    comes by then is recorded as late."""

    def needed(self, seats: int) -> int:
        """The quorum of a panel with so many `seats`."""
        if self.quorum == "all":
            return seats
        part = self.quorum if isinstance(self.quorum, int) else math.ceil(self.quorum * seats)
        return min(max(part, 1), seats)
