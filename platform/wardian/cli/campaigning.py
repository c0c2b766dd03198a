"""One campaign, from an open run to its verdicts: who does its work, and what is played along with it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from rich.console import Console

from wardian.base.clock import SystemClock
from wardian.cli.campaign_progress import CampaignProgress, label, marked
from wardian.cli.crew import opened_campaign
from wardian.cli.deciding import deciding
from wardian.cli.evaluation import Programme, play
from wardian.cli.opened_run import opened_run
from wardian.cli.outset import outset
from wardian.cli.recording import CampaignRecorder
from wardian.cli.refined import spec_of
from wardian.cli.results import Outcome
from wardian.cli.tracking import store_uri
from wardian.optimization.campaign.record import CampaignRecord
from wardian.reports.campaigns.kept import kept, reopen
from wardian.reports.campaigns.wording import document_of
from wardian.runs.evaluator import RunEvaluator
from wardian.runs.folder import RunFolder
from wardian.runs.growing import GrowingPlan
from wardian.specs.job import JobSpec
from wardian.tracking.summary import RunStatus, Tracked
from wardian.tracking.tracker import NoTracker

__all__ = ["Campaigned", "refine"]

CLOCK: Final = SystemClock()


@dataclass(frozen=True)
class Campaigned:
    """What came of playing a campaign.

    Args:
        outcome: of its run.
        record: as far as it came; None when it did not come to its first stage.
        tracked: where a tracker shows it.
    """

    outcome: Outcome
    record: CampaignRecord | None
    tracked: Tracked

    @property
    def exit_code(self) -> int:
        """0 when it came to its end, whatever that was; else why it did not, as of a run."""
        ended = self.record is not None and self.record.stop is not None
        return 0 if ended and not self.outcome.interrupted else self.outcome.exit_code


async def refine(folder: RunFolder, job: JobSpec, environ: Mapping[str, str], console: Console) -> Campaigned:
    """Play the campaign in `folder`, or go on with it.

    Args:
        folder: of its run.
        job: what it is; with a `refine`.
        environ: where the keys are.
        console: what is said goes there.

    Raises:
        ConfigError: for what the user must mend, or when somebody else plays it.
        InfraError: when what it stands on is lost.
    """
    async with opened_run(folder, job, environ, console, grows=True) as run:
        reopen(folder, spec_of(run.job))
        plan, store = GrowingPlan(len(run.finished)), folder.store
        evaluator = RunEvaluator(plan, store, run.playing.slots, folder.latest())
        since = CLOCK.monotonic() - _earlier_s(folder)
        uri = store_uri(run.job, folder.path.parent, environ) if run.job.tracking.enabled else None
        recorder = CampaignRecorder(folder, uri)
        progress = CampaignProgress(console, recorder, CLOCK)
        components = ", ".join(spec_of(run.job).components)
        console.print(label("campaign", f"{folder.id}: refines {components}{marked(run.job)}"), soft_wrap=True)
        async with opened_campaign(run, evaluator, progress, environ) as (campaign, halt):
            text = document_of(campaign.ground.champion, run.job)
            for name, line in await asyncio.to_thread(lambda: list(outset(folder, run.job, text, environ))):
                console.print(label(name, line), soft_wrap=True)

            async def decide() -> None:
                await campaign.run()
                await run.playing.budgets.close()  # as long as those are there who keep them

            programme = Programme(
                specs=plan,
                planned=plan,
                earlier=folder.latest(),
                tracker=NoTracker(),
                progress=progress,
                last=(evaluator,),
                pauses=halt.given,
                along=deciding(plan, decide),
            )
            outcome = await play(run, programme)
        await _note_spent(folder, recorder, CLOCK.monotonic() - since)
        tracked = await recorder.finish(_status(outcome))
    return Campaigned(outcome, kept(folder), tracked)


def _earlier_s(folder: RunFolder) -> float:
    record = kept(folder)
    return 0.0 if record is None else record.wall_s


async def _note_spent(folder: RunFolder, recorder: CampaignRecorder, wall_s: float) -> None:
    """Of a campaign that has not come to its stop: what was played since its last stage is in the journal."""
    record = kept(folder)
    if record is not None and record.stop is None:
        await recorder.note(record.spent((each.result for each in folder.latest()), wall_s))


def _status(outcome: Outcome) -> RunStatus:
    """How its process ended, for a campaign that has not come to its stop."""
    return "paused" if outcome.paused else "interrupted" if outcome.interrupted else "finished"
