"""What is kept of a campaign while it goes on: its record in the run's store, and what MLflow shows."""

import asyncio
from typing import TYPE_CHECKING

from wardian.base.errors import Failure, boundary
from wardian.optimization.campaign.record import CampaignRecord
from wardian.reports.campaigns.kept import keep
from wardian.runs.folder import RunFolder
from wardian.tracking.courier import Courier
from wardian.tracking.mlflow_tracker import note_tracked
from wardian.tracking.summary import RunStatus, Tracked

if TYPE_CHECKING:
    from wardian.cli.campaign_post import CampaignPost

__all__ = ["CampaignRecorder"]


class CampaignRecorder:
    """A `Recorder` of the campaign in `folder`; a disk or store that takes nothing costs the campaign nothing.

    Nobody waits for MLflow before `finish`, and what it misses then is delivered by `wardian sync`.

    Args:
        folder: of the campaign's run.
        uri: of MLflow's store, maybe with a password; None for none.
        finish_timeout_s: how long `finish` waits at most for a store that takes its time.
    """

    def __init__(self, folder: RunFolder, uri: str | None, *, finish_timeout_s: float = 30.0) -> None:
        self._folder = folder
        self._uri = uri
        self._finish_timeout_s = finish_timeout_s
        self._record: CampaignRecord | None = None
        self._post: CampaignPost | None = None
        self._courier: Courier | None = None
        self._unkept = ""

    async def note(self, record: CampaignRecord) -> None:
        """Keep the campaign as it is now."""
        with boundary(self._failed):
            self._record = record
            self._record = await asyncio.to_thread(keep, self._folder, record)
        if self._uri is not None and self._record is not None:
            self._send(self._uri, self._record)

    async def finish(self, status: RunStatus = "finished") -> Tracked:
        """Nothing more comes: where the campaign can be seen, and what is missing there.

        Args:
            status: how its process ended; a campaign that has come to its stop is finished whatever it says.
        """
        tracked = Tracked(problem=self._unkept or None)
        if self._post is not None and self._courier is not None and self._record is not None:
            self._post.put(self._record, status)
            try:
                await self._courier.finish(self._finish_timeout_s)
            except TimeoutError:
                self._post.shortfall.late(f"not taken within {self._finish_timeout_s:.0f} s")
            tracked = self._post.tracked
        note_tracked(self._folder.path, tracked)
        return tracked

    def _send(self, uri: str, record: CampaignRecord) -> None:
        """Let the thread bring it; what it imports takes seconds."""
        if self._post is None or self._courier is None:
            from wardian.cli.campaign_post import CampaignPost

            self._post = CampaignPost(self._folder, uri)
            self._courier = Courier(self._post.deliver, self._post.shortfall.failed)
            self._courier.start()
        self._post.put(record)

    def _failed(self, failure: Failure) -> None:
        self._unkept = f"the record of this campaign is not kept ({failure.message})"
