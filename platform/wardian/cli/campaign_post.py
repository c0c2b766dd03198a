"""Brings a campaign to MLflow: its newest record, whole, as often as it changes."""

import shlex
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from wardian.base.errors import Failure
from wardian.base.frozen import Frozen
from wardian.base.identity import digest
from wardian.cli.report_page import KEPT
from wardian.optimization.campaign.record import CampaignRecord
from wardian.reports.campaigns.card import campaign_card
from wardian.reports.campaigns.papers import PAPERS
from wardian.runs.folder import RunFolder
from wardian.storage.turns import turn
from wardian.tracking.campaign import CampaignCard
from wardian.tracking.mlflow_campaign import deliver_campaign
from wardian.tracking.mlflow_store import shown
from wardian.tracking.summary import RunStatus, Tracked

__all__ = ["CampaignPost"]

RECEIPT: Final = f"{PAPERS}/receipt.json"
TURN: Final = f"{PAPERS}/delivery.lock"


class CampaignReceipt(Frozen):
    """What the store at this address, without its password, has: everything that follows from `sha`."""

    sha: str
    tracked: Tracked


class CampaignPost:
    """To the store at `uri`, of the campaign in `folder`. `deliver` blocks, and raises what the store raises.

    Args:
        folder: of the campaign's run.
        uri: of the store, maybe with a password, which goes nowhere else.
    """

    def __init__(self, folder: RunFolder, uri: str) -> None:
        self._folder = folder
        self._uri = uri
        self._shown = shown(uri)
        self._newest: tuple[CampaignRecord, RunStatus | None] | None = None
        self._delivered: tuple[CampaignRecord, RunStatus | None] | None = None
        self._tracked = Tracked(uri=self._shown)
        self._problem = ""
        self.already = False
        """Whether the store had everything before the last delivery."""

    def put(self, record: CampaignRecord, status: RunStatus | None = None) -> None:
        """Let this be what is to be delivered; `status` says how the campaign's process ended."""
        self._newest = (record, status)

    def deliver(self) -> None:
        """Bring the newest record, if it has not arrived; behind another process that delivers the campaign."""
        newest = self._newest
        if newest is None or newest is self._delivered:
            return
        with turn(self._folder.path / TURN):
            self._bring(*newest)
        self._delivered = newest

    def _bring(self, record: CampaignRecord, status: RunStatus | None) -> None:
        card = _with_report(campaign_card(self._folder, record, status), self._folder.path / KEPT)
        receipt = self._receipt
        self.already = receipt is not None and receipt.sha == card.whole.sha and receipt.tracked.uri == self._shown
        if receipt is not None and self.already:
            self._tracked = receipt.tracked
        else:
            self._tracked = deliver_campaign(self._uri, card).model_copy(update={"uri": self._shown})
            self._confirm(CampaignReceipt(sha=card.whole.sha, tracked=self._tracked))

    def failed(self, failure: Failure) -> None:
        """Keep why something did not arrive."""
        lines = failure.message.replace(self._uri, self._shown).splitlines() or [failure.kind]
        self.late(lines[0][:300])

    def late(self, why: str) -> None:
        """Keep why something did not arrive, in a few words."""
        self._problem = why

    @property
    def tracked(self) -> Tracked:
        """Where the campaign can be seen, and what is missing there."""
        if self._newest is None or self._newest is self._delivered:
            return self._tracked
        argument = shlex.quote(self._folder.elsewhere or self._folder.id)
        sync = f"`wardian sync {argument}` delivers it"
        problem = f"MLflow at {self._shown} misses a part of this campaign ({self._problem}); {sync}"
        return self._tracked.model_copy(update={"problem": problem})

    @property
    def _path(self) -> Path:
        return self._folder.path / RECEIPT

    @property
    def _receipt(self) -> CampaignReceipt | None:
        """What has arrived; one that cannot be read is none: then everything is delivered again."""
        try:
            return CampaignReceipt.model_validate_json(self._path.read_bytes())
        except (FileNotFoundError, ValidationError):
            return None

    def _confirm(self, receipt: CampaignReceipt) -> None:
        fresh = self._path.with_suffix(".new")
        fresh.write_text(receipt.model_dump_json(indent=2), encoding="utf-8")
        fresh.replace(self._path)


def _with_report(card: CampaignCard, page: Path) -> CampaignCard:
    """With the report of the run, which is left there when its process ends: behind the campaign's last stage."""
    if not page.exists():
        return card
    sha = digest([card.whole.sha, digest(page.read_bytes())])
    whole = card.whole.model_copy(update={"sha": sha, "artifacts": (*card.whole.artifacts, (page, ""))})
    return card.model_copy(update={"whole": whole})
