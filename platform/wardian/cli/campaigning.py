"""One campaign, from an open run to its verdicts: who does its work, and what is played along with it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Final

from rich.console import Console

from wardian.assembly import open_models
from wardian.base.clock import SystemClock
from wardian.base.watchdog import Watchdog
from wardian.cli.campaign_progress import CampaignProgress, label
from wardian.cli.evaluation import Programme, play
from wardian.cli.lineages import opening_lineage
from wardian.cli.opened_run import OpenRun, opened_run
from wardian.cli.recording import CampaignRecorder
from wardian.cli.refined import metric_sha, places_of, refined_prompt, spec_of
from wardian.cli.results import Outcome
from wardian.cli.tracking import store_uri
from wardian.environments.packs import bundled_roots
from wardian.optimization.campaign.campaign import Campaign
from wardian.optimization.campaign.charter import Charter, Crew
from wardian.optimization.campaign.record import CampaignRecord
from wardian.optimization.champion import champion_of, tools_of
from wardian.optimization.evidence.evidence import Evidence
from wardian.optimization.evidence.trajectories import TrajectoryDiagnostician
from wardian.optimization.gate.pair_gate import PairGate
from wardian.optimization.proposals.reflection import ReflectionProposer
from wardian.optimization.search.gepa import GepaSearch
from wardian.optimization.search.own_search import OwnSearch
from wardian.optimization.search.pareto import AsyncParetoSearch
from wardian.optimization.search.single_pass import SinglePass
from wardian.optimization.search.strategy import SearchStrategy
from wardian.optimization.split import ground_of
from wardian.reports.campaigns.kept import kept
from wardian.reports.failures.references import References
from wardian.reports.failures.worlds import PackWorlds
from wardian.runs.evaluator import RunEvaluator
from wardian.runs.folder import RunFolder
from wardian.runs.growing import GrowingPlan
from wardian.runs.memo import RunMemo
from wardian.scoring.score import Scored
from wardian.specs.job import JobSpec
from wardian.specs.refinement import RefineSpec
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
        plan, store = GrowingPlan(), folder.store
        evaluator = RunEvaluator(plan, store, run.playing.slots, folder.latest())
        uri = store_uri(run.job, folder.path.parent, environ) if run.job.tracking.enabled else None
        recorder = CampaignRecorder(folder, uri)
        progress = CampaignProgress(console, recorder, CLOCK)
        components = ", ".join(spec_of(run.job).components)
        console.print(label("campaign", f"{folder.id}: refines {components}"), soft_wrap=True)
        async with _campaign(run, evaluator, progress, environ) as campaign:

            async def decide() -> None:
                await campaign.run()
                await run.playing.budgets.close()  # as long as those are there who keep them
                plan.close()

            async def along(playing: Awaitable[None]) -> None:
                async with asyncio.TaskGroup() as group:
                    deciding = group.create_task(decide())
                    await playing
                    deciding.cancel()

            programme = Programme(
                specs=plan,
                planned=plan,
                earlier=folder.latest(),
                tracker=NoTracker(),
                progress=progress,
                last=(evaluator,),
                along=along,
            )
            outcome = await play(run, programme)
        tracked = await recorder.finish(_status(outcome))
    return Campaigned(outcome, kept(folder), tracked)


def _status(outcome: Outcome) -> RunStatus:
    """How its process ended, for a campaign that has not come to its stop."""
    return "paused" if outcome.paused else "interrupted" if outcome.interrupted else "finished"


@asynccontextmanager
async def _campaign(
    run: OpenRun, evaluator: RunEvaluator, progress: CampaignProgress, environ: Mapping[str, str]
) -> AsyncIterator[Campaign]:
    """The campaign of an open run, with everybody who works for it."""
    job, folder = run.job, run.folder
    spec, cards = spec_of(job), folder.scorers()
    tools = await tools_of(job, run.packs)
    champion = champion_of(job, tools)
    prompt = refined_prompt(job, champion.agent)
    lineage = await asyncio.to_thread(opening_lineage, folder, prompt, environ)
    agent = next(each for each in run.plan.agents if each.name == champion.agent)
    ground = ground_of(job.seed, agent, champion, places_of(run.plan), lineage.uses)
    before = kept(folder)
    charter = Charter(
        id=folder.id,
        prompt=prompt,
        spec=spec,
        metric_sha=metric_sha(spec.metric, cards),
        started_at=CLOCK.now() if before is None else before.started_at,
        earlier_s=0.0 if before is None else before.wall_s,
    )
    async with AsyncExitStack() as stack:
        memo = RunMemo(folder.store, job.durability)
        stack.push_async_callback(memo.close)
        opened = open_models(run.order, run.playing.quota, environ, budgets=run.playing.budgets)
        clients, _ = await stack.enter_async_context(opened)
        client = clients[spec.reflection.model]
        crew = Crew(
            evaluator=evaluator,
            diagnostician=_Aside(job),
            proposer=ReflectionProposer(client, spec.reflection.sampling, champion, tools, memo, CLOCK),
            strategy=_strategy(spec, job.seed),
            gate=PairGate,
            recorder=progress,
        )
        yield Campaign(charter, ground, crew, lineage, CLOCK)


class _Aside:
    """A diagnostician in a thread: it plays references and worlds, and episodes go on meanwhile."""

    def __init__(self, job: JobSpec) -> None:
        self._job = job

    async def diagnose(self, episodes: Sequence[Scored], smallest: int) -> tuple[Evidence, ...]:
        return await asyncio.to_thread(lambda: asyncio.run(self._diagnose(episodes, smallest)))

    async def _diagnose(self, episodes: Sequence[Scored], smallest: int) -> tuple[Evidence, ...]:
        watchdog = Watchdog()
        with watchdog.watching():
            worlds = PackWorlds(self._job, References.of(self._job, bundled_roots(), watchdog))
            return await TrajectoryDiagnostician(worlds).diagnose(episodes, smallest)


def _strategy(spec: RefineSpec, seed: int) -> SearchStrategy | OwnSearch:
    if spec.search.kind == "gepa":
        return GepaSearch(spec.search, spec.metric, seed)
    return SinglePass() if spec.search.kind == "single_pass" else AsyncParetoSearch(seed)
