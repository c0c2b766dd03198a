"""Pauses on Ray: one worker's failure stops all of them, and their requests are bounded together."""

import asyncio
import time
from pathlib import Path

import pytest
from cluster.test_executor import PACKS, job, plan
from support.outcomes import essence, record_of
from support.provider import CountingProvider

from wardian.assembly import WorkOrder, open_play
from wardian.base.clock import SystemClock
from wardian.cluster.executor import RayExecutor
from wardian.episodes.record import EpisodeSpec
from wardian.models.quota import LocalQuota
from wardian.runs.local import LocalExecutor
from wardian.runs.pausing import PausingExecutor
from wardian.scoring.finished import Finished
from wardian.scoring.score import Scored
from wardian.specs.job import JobSpec, RayExecutorSpec

pytestmark = pytest.mark.cluster


def asking(provider: CountingProvider, repeats: int) -> JobSpec:
    models = {"m": {"base_url": provider.url}}
    return job(servers={}, models=models, agents=[{"name": "a", "model": "m"}], repeats=repeats)


async def test_a_worker_without_credit_stops_the_others(own_ray: RayExecutorSpec) -> None:
    """Ten thousand episodes; after the first refusal the provider says nothing to anybody any more."""
    provider, results = CountingProvider(credit=200, stall_s=6.0), []

    async def deliver(finished: Finished) -> None:
        results.append(record_of(finished))

    with provider.listening():
        spec = asking(provider, 1_250)
        assert len(plan(spec)) == 10_000
        executor = PausingExecutor(RayExecutor(WorkOrder(job=spec, roots=PACKS), own_ray), fresh=True)
        async with asyncio.timeout(60):
            await executor.play_all(plan(spec), deliver)
        seconds = time.monotonic() - provider.refused[0]
    assert executor.pause is not None
    assert executor.pause.reason == "quota"
    assert seconds <= 2.0
    assert len(provider.refused) <= 2 * own_ray.concurrency + 1
    assert results
    assert not [scored for scored in results if scored.episode.failure]


async def test_what_was_paused_is_completed(own_ray: RayExecutorSpec, tmp_path: Path) -> None:
    """Every worker finds out by itself, and the rest gives what an undisturbed run gives."""
    provider, results = CountingProvider(credit=100), []

    async def deliver(finished: Finished) -> None:
        results.append(record_of(finished))

    with provider.listening():
        spec = asking(provider, 10)
        order = WorkOrder(job=spec, roots=PACKS)

        async def play(specs: list[EpisodeSpec]) -> PausingExecutor:
            executor = PausingExecutor(RayExecutor(order, own_ray), fresh=not results)
            await executor.play_all(specs, deliver)
            return executor

        assert (await play(list(plan(spec)))).pause is not None
        assert len(provider.refused) <= 2 * own_ray.concurrency
        provider.credit, done = None, {scored.episode.spec.key for scored in results}
        assert (await play([each for each in plan(spec) if each.key not in done])).pause is None
        undisturbed: list[Scored] = []

        async def keep(finished: Finished) -> None:
            undisturbed.append(record_of(finished))

        async with open_play(order, LocalQuota({}, SystemClock()), {}) as playing:
            await LocalExecutor(playing, 16).play_all(plan(spec), keep)
    assert len(results) == len(plan(spec))
    assert essence(results) == essence(undisturbed)


async def test_a_model_that_is_not_there_ends_it_before_anything_is_played(own_ray: RayExecutorSpec) -> None:
    provider, results = CountingProvider(credit=0, status=404), []

    async def deliver(finished: Finished) -> None:
        results.append(record_of(finished))

    with provider.listening():
        spec = asking(provider, 1_250)
        executor = PausingExecutor(RayExecutor(WorkOrder(job=spec, roots=PACKS), own_ray), fresh=True)
        await executor.play_all(plan(spec), deliver)
    assert executor.pause is not None
    assert executor.pause.line.startswith("looks like a config error: 'm': http://127.0.0.1")
    assert not results
    assert len(provider.refused) <= 2 * own_ray.concurrency + 5
