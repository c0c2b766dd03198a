"""A campaign: observe, diagnose, propose, race, gate, record, until it is done."""

from wardian.base.clock import Clock
from wardian.optimization.campaign.charter import Charter, Crew
from wardian.optimization.campaign.lineage import Lineage
from wardian.optimization.campaign.record import CampaignRecord
from wardian.optimization.ground import Ground

__all__ = ["Campaign"]


class Campaign:
    """One campaign: a function of what it is given, for what is asked of the crew twice is answered alike.

    Args:
        charter: what it is for.
        ground: where it plays.
        crew: who does the work.
        lineage: what went before it.
        clock: for the time that it takes.
    """

    def __init__(self, charter: Charter, ground: Ground, crew: Crew, lineage: Lineage, clock: Clock) -> None:
        self._charter = charter
        self._ground = ground
        self._crew = crew
        self._lineage = lineage
        self._clock = clock

    async def run(self) -> CampaignRecord:
        """Play it to its end, or go on with one that was broken off: that is the same."""
        raise NotImplementedError
