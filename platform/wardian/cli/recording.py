"""What is kept of a campaign while it goes on: its record in the run's store."""

import asyncio

from wardian.base.errors import Failure, boundary
from wardian.optimization.campaign.record import CampaignRecord
from wardian.reports.campaigns.kept import keep
from wardian.runs.folder import RunFolder
from wardian.tracking.summary import Tracked

__all__ = ["CampaignRecorder"]


class CampaignRecorder:
    """A `Recorder` of the campaign in `folder`; a store that takes nothing costs the campaign nothing.

    Args:
        folder: of the campaign's run.
        uri: of MLflow's store, maybe with a password; None for none.
    """

    def __init__(self, folder: RunFolder, uri: str | None) -> None:
        self._folder = folder
        self._uri = uri
        self._problem = ""

    async def note(self, record: CampaignRecord) -> None:
        """Keep the campaign as it is now."""
        with boundary(self._failed):
            await asyncio.to_thread(keep, self._folder, record)

    async def finish(self) -> Tracked:
        """Nothing more comes: where the campaign can be seen, and what is missing there."""
        return Tracked(problem=self._problem or None)

    def _failed(self, failure: Failure) -> None:
        self._problem = failure.message
