"""Who does the work of a campaign, in an open run."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Final

from wardian.assembly import open_models
from wardian.base.clock import SystemClock
from wardian.base.watchdog import Watchdog
from wardian.cli.aside import aside
from wardian.cli.halt import Halt
from wardian.cli.lineages import opening_lineage
from wardian.cli.opened_run import OpenRun
from wardian.cli.pausing_client import PausingClient
from wardian.cli.pausing_memo import PausingMemo
from wardian.cli.refined import metric_sha, places_of, refined_prompt, spec_of
from wardian.environments.packs import bundled_roots
from wardian.models.recorded import Recorded
from wardian.optimization.campaign.campaign import Campaign
from wardian.optimization.campaign.charter import Charter, Crew
from wardian.optimization.campaign.lineage import Recorder
from wardian.optimization.champion import champion_of, tools_of
from wardian.optimization.evidence.trajectories import TrajectoryDiagnostician
from wardian.optimization.gate.pair_gate import PairGate
from wardian.optimization.proposals.reflection import ReflectionProposer
from wardian.optimization.search.gepa import GepaSearch
from wardian.optimization.search.given import GivenSearch
from wardian.optimization.search.own_search import OwnSearch
from wardian.optimization.search.pareto import AsyncParetoSearch
from wardian.optimization.search.single_pass import SinglePass
from wardian.optimization.search.strategy import SearchStrategy
from wardian.optimization.split import ground_of
from wardian.reports.campaigns.kept import kept
from wardian.reports.failures.references import References
from wardian.reports.failures.worlds import PackWorlds
from wardian.runs.evaluator import RunEvaluator
from wardian.runs.memo import RunMemo
from wardian.specs.job import JobSpec

__all__ = ["opened_campaign"]

CLOCK: Final = SystemClock()


@asynccontextmanager
async def opened_campaign(
    run: OpenRun, evaluator: RunEvaluator, recorder: Recorder, environ: Mapping[str, str]
) -> AsyncIterator[tuple[Campaign, Halt]]:
    """The campaign of an open run, and what must be told how the run is paused: its reflection model may want that.

    Args:
        run: of a job with a `refine`.
        evaluator: plays its episodes.
        recorder: keeps its record.
        environ: where the keys are.

    Raises:
        ConfigError: when the job has nothing to refine, or its budget is too small for one gate.
    """
    job = run.job
    spec = spec_of(job)
    tools = await tools_of(job, run.packs)
    champion = champion_of(job, tools)
    lineage = await asyncio.to_thread(opening_lineage, run.folder, refined_prompt(job, champion.agent), environ)
    agent = next(each for each in run.plan.agents if each.name == champion.agent)
    ground = ground_of(job.seed, spec.seeds or run.folder.id, agent, champion, places_of(run.plan), lineage.uses)
    async with AsyncExitStack() as stack:
        memo = RunMemo(run.folder.store, job.durability)
        stack.push_async_callback(memo.close)
        opened = open_models(run.order, run.playing.quota, environ, budgets=run.playing.budgets)
        clients, _ = await stack.enter_async_context(opened)
        halt = Halt()
        client = PausingClient(clients[spec.reflection.model], halt)
        remembered = PausingMemo[Recorded](memo, halt)
        crew = Crew(
            evaluator=evaluator,
            diagnostician=await stack.enter_async_context(aside(partial(_diagnostician, job))),
            proposer=ReflectionProposer(client, spec.reflection.sampling, champion, tools, remembered, CLOCK),
            strategy=_strategy(job),
            gate=PairGate,
            recorder=recorder,
        )
        yield Campaign(_charter(run, champion.agent), ground, crew, lineage, CLOCK), halt


def _charter(run: OpenRun, agent: str) -> Charter:
    """What it is for; when it goes on, with how far it was."""
    before, spec = kept(run.folder), spec_of(run.job)
    return Charter(
        id=run.folder.id,
        prompt=refined_prompt(run.job, agent),
        spec=spec,
        metric_sha=metric_sha(spec.metric, run.folder.scorers()),
        started_at=CLOCK.now() if before is None else before.started_at,
        before=before,
    )


def _strategy(job: JobSpec) -> SearchStrategy | OwnSearch:
    spec = spec_of(job)
    if spec.search.kind == "given":
        return GivenSearch(spec.search)
    if spec.search.kind == "gepa":
        return GepaSearch(spec.search, spec.metric, job.seed)
    return SinglePass() if spec.search.kind == "single_pass" else AsyncParetoSearch(job.seed)


def _diagnostician(job: JobSpec, watchdog: Watchdog) -> TrajectoryDiagnostician:
    return TrajectoryDiagnostician(PackWorlds(job, References.of(job, bundled_roots(), watchdog)))
