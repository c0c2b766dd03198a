"""Where campaigns stand in the lineage of a prompt: by their folders, and by what MLflow keeps of others."""

import sys
from collections.abc import Mapping
from typing import Final

from wardian.base.errors import InfraError
from wardian.cli.detached import goes_on
from wardian.cli.tracking import store_uri
from wardian.optimization.campaign.lineage import Lineage
from wardian.output import open_output
from wardian.reports.campaigns.kept import kept
from wardian.reports.campaigns.opening import (
    OPENING,
    Opening,
    Past,
    entered_gates,
    lineage_behind,
    opening,
    past,
    past_elsewhere,
)
from wardian.runs.folder import RunFolder
from wardian.storage.turns import turn
from wardian.tracking.mlflow_lineage import TrackedCampaign, campaigns_of
from wardian.tracking.mlflow_store import asked, is_there

__all__ = ["TURN", "elsewhere", "opening_lineage", "runs_beside"]

TURN: Final = ".lineage.lock"
"""In the output. That of runs in a bucket is beside their local files: there it is for one machine alone."""


def opening_lineage(folder: RunFolder, prompt: str, environ: Mapping[str, str]) -> Lineage:
    """The lineage that the campaign in `folder` begins in; the same when it goes on behind a gate.

    One that has entered no gate was counted with none while nobody played it: its gates come behind those of others.

    A tracker that does not answer does not keep it from beginning: it is said, and noted. Of two that begin at once,
    the second waits until the first has noted what it found, and finds it.

    Args:
        folder: of the campaign's run.
        prompt: its name in the registry.
        environ: where the password of MLflow's store and a bucket's endpoint are looked for.
    """
    known = opening(folder)
    if known is None or not entered_gates(kept(folder)):
        with turn(folder.path.parent / TURN):
            known = _again(known, _opened(folder, prompt, environ))
            folder.store.put(OPENING, known.model_dump_json(indent=1).encode())
    return known.lineage


def runs_beside(folder: RunFolder, environ: Mapping[str, str]) -> tuple[RunFolder, ...]:
    """All runs in the same output."""
    output = folder.job().output if folder.elsewhere else str(folder.path.parent)
    return open_output(output, environ).runs()


def elsewhere(campaigns: tuple[TrackedCampaign, ...]) -> list[Past]:
    """Campaigns as MLflow keeps them."""
    found = (past_elsewhere(each.id, each.record, each.opening, goes_on=each.goes_on) for each in campaigns)
    return [each for each in found if each is not None]


def _again(before: Opening | None, found: Opening) -> Opening:
    """As it is now, on the tasks that it has played; where MLflow was not asked, no gate is believed to be free."""
    if before is None:
        return found
    gates = max(before.lineage.gates, found.lineage.gates) if found.unasked else found.lineage.gates
    return found.model_copy(update={"lineage": Lineage(gates=gates, uses=before.lineage.uses)})


def _opened(folder: RunFolder, prompt: str, environ: Mapping[str, str]) -> Opening:
    job, unasked = folder.job(), ""
    uri = store_uri(job, folder.path.parent, environ)
    tracked: list[Past] = []
    if job.tracking.enabled and is_there(uri):
        try:
            tracked = elsewhere(asked(uri, lambda client: campaigns_of(client, prompt)))
        except InfraError as error:
            unasked = str(error)
            sys.stderr.write(f"wardian: warning: gates of campaigns elsewhere are not counted: {error}\n")
    here = past(prompt, runs_beside(folder, environ), goes_on)
    others = [each for each in (*tracked, *here) if each.id != folder.id]
    most = 1 if job.refine is None else job.refine.search.rounds
    return Opening(prompt=prompt, most=most, lineage=lineage_behind(others), unasked=unasked)
