"""What went before in a prompt's lineage, for alpha is shared by all gates in it."""

from collections.abc import Mapping
from typing import Protocol

from wardian.base.frozen import Frozen
from wardian.optimization.campaign.record import CampaignRecord

__all__ = ["Lineage", "Recorder"]


class Lineage(Frozen):
    """Earlier gates of the same prompt.

    Args:
        gates: how many there were, in all campaigns.
        uses: how often each task decided in them, by its key.
    """

    gates: int = 0
    uses: Mapping[str, int] = {}


class Recorder(Protocol):
    """Shows a campaign to people, and keeps what others must know of it; never raises for what a server does."""

    async def note(self, record: CampaignRecord) -> None:
        """Take the campaign as it is now; called at the end of every stage, again after a resume."""
        ...
