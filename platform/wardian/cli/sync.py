"""`wardian sync`: what MLflow missed of a run reaches it later, once."""

import sys
from collections.abc import Mapping, Sequence
from typing import Literal

import orjson

from wardian.base.clock import SystemClock
from wardian.base.errors import ConfigError, boundary
from wardian.base.frozen import Frozen
from wardian.cli.exits import INCOMPLETE
from wardian.cli.report_page import keep_report
from wardian.cli.results import recorded
from wardian.cli.sampling import sampled_traces
from wardian.cli.tracking import fetch_artifacts, fetch_outbox, run_summary, store_uri
from wardian.reports.campaigns.kept import kept
from wardian.runs.folder import RunFolder
from wardian.runs.sharing import share
from wardian.tracking.delivery import Delivery
from wardian.tracking.mlflow_runs import MlflowRuns
from wardian.tracking.mlflow_tracker import note_tracked
from wardian.tracking.outbox import Outbox
from wardian.tracking.scribe import Scribe
from wardian.tracking.summary import TRACKED, RunCard, RunStatus, Tracked

__all__ = ["Synced", "sync_campaign", "sync_runs"]


class Synced(Frozen):
    """What became of one run.

    `running`: its own process delivers, and nobody else may. `behind`: the store did not take it.
    """

    run: str
    state: Literal["delivered", "complete", "running", "behind"]
    tracked: Tracked = Tracked()

    @property
    def line(self) -> str:
        """For people."""
        if self.state == "running":
            return f"{self.run}: is running, and delivers by itself"
        if self.tracked.problem is not None:
            return f"{self.run}: {self.tracked.problem}"
        already = "" if self.state == "delivered" else " already"
        return "; ".join([f"{self.run}: MLflow at {self.tracked.uri} has everything{already}", *self.tracked.notes])


def sync_runs(folders: Sequence[RunFolder], environ: Mapping[str, str], *, as_json: bool) -> int:
    """Deliver what is missing of these runs; those that are not tracked are passed over when there are several.

    Returns:
        The exit code: 0, or 3 when a store could not take everything.

    Raises:
        ConfigError: when the only run is not tracked, or somebody else delivers it.
    """
    found = []
    for folder in folders:
        if (synced := _sync(folder, environ)) is not None:
            found.append(synced)
            if not as_json:
                sys.stdout.write(synced.line + "\n")
    if len(folders) == 1 and not found:
        raise ConfigError(f"{folders[0].id}: there is nothing for MLflow in it (tracking.enabled)")
    if as_json:
        document = [synced.model_dump(mode="json") for synced in found]
        sys.stdout.buffer.write(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")
    return INCOMPLETE if any(synced.state == "behind" for synced in found) else 0


def _sync(folder: RunFolder, environ: Mapping[str, str]) -> Synced | None:
    """Deliver one run, as the only process that does; None when there is nothing to deliver."""
    outbox, played = Outbox(folder.path, folder.elsewhere), folder.played
    if folder.job().tracking.enabled and kept(folder) is not None:
        return Synced(run=folder.id, state="running") if played else sync_campaign(folder, environ)
    fetched = not played and fetch_outbox(folder)
    if not outbox.exists:
        return None
    if played:
        return Synced(run=folder.id, state="running")
    outbox.hold()
    try:
        fetch_artifacts(folder, outbox, anew=fetched)
        return _deliver(folder, outbox, store_uri(folder.job(), folder.path.parent, environ))
    finally:
        outbox.release()
        share(folder, "outbox", TRACKED)


def sync_campaign(folder: RunFolder, environ: Mapping[str, str]) -> Synced:
    """Deliver a campaign that nobody plays, as far as it has got.

    Raises:
        ConfigError: when the run is none.
    """
    from wardian.cli.campaign_post import CampaignPost

    post = CampaignPost(folder, store_uri(folder.job(), folder.path.parent, environ))
    record = kept(folder)
    if record is None:
        raise ConfigError(f"{folder.id}: is no campaign")
    post.put(record, "interrupted" if folder.pause is None else "paused")
    with boundary(post.failed):
        post.deliver()
    note_tracked(folder.path, post.tracked)
    behind = post.tracked.problem is not None
    return Synced(
        run=folder.id, state="behind" if behind else "complete" if post.already else "delivered", tracked=post.tracked
    )


def _deliver(folder: RunFolder, outbox: Outbox, uri: str) -> Synced:
    card = outbox.card
    if card is not None and not outbox.ended:
        _end(folder, outbox, card)
    delivery = Delivery(outbox, uri, MlflowRuns)
    if delivery.complete:
        return Synced(run=folder.id, state="complete", tracked=delivery.tracked)
    with boundary(delivery.failed):
        delivery.deliver()
    note_tracked(folder.path, delivery.tracked)
    return Synced(run=folder.id, state="delivered" if delivery.complete else "behind", tracked=delivery.tracked)


def _end(folder: RunFolder, outbox: Outbox, card: RunCard) -> None:
    """Say how far the run got whose process died, out of its journal."""
    here = card.model_copy(update={"folder": folder.path})
    scribe = Scribe(outbox, here)
    for finished in folder.finished():
        if finished.result.planned(card.environments, card.arms):
            scribe.add(finished.result)
    status: RunStatus = "interrupted" if folder.pause is None else "paused"
    outcome = recorded(folder)
    keep_report(folder, outcome.played)
    scribe.end(run_summary(outcome, status, sampled_traces(folder)), int(SystemClock().now() * 1000))
