"""A worker or the driver is killed: others play its episodes on, from the calls that were written down."""

import asyncio
import os
import signal
from pathlib import Path

import pytest
from cluster.test_executor import PACKS, job, plan
from flows.test_durable import finish, killed_after, project, results
from support.random_provider import speaking

from wardian.assembly import WorkOrder
from wardian.cluster.executor import RayExecutor
from wardian.runs.folder import RunFolder
from wardian.runs.gauges import WorkerGauge
from wardian.scoring.finished import Finished
from wardian.scoring.score import Scored
from wardian.specs.job import RayExecutorSpec

pytestmark = pytest.mark.cluster

EPISODES = 60


def in_the_middle(worker: WorkerGauge) -> bool:
    """It plays as much as it can, and most of that is no longer in its first turn."""
    return worker.episodes == 8 and sum(lane.requests for lane in worker.lanes) >= 24


async def kill_one(executor: RayExecutor) -> None:
    """End a worker in the middle, without a word."""
    while True:
        for worker in await executor.workers():
            if in_the_middle(worker):
                return os.kill(worker.pid, signal.SIGKILL)
        await asyncio.sleep(0.02)


async def test_what_a_killed_worker_had_heard_is_not_asked_again(own_ray: RayExecutorSpec, tmp_path: Path) -> None:
    run = RunFolder(tmp_path / "run")
    run.path.mkdir()
    delivered: list[Scored] = []
    with speaking(tmp_path, "--latency=0.2") as spoke:
        tasks = {"pack": "counter", "knobs": {"tasks": EPISODES}}
        model = {"base_url": spoke.url}
        agents = [{"name": "a", "model": "m"}]
        played = job(environments=[tasks], servers={}, models={"m": model}, agents=agents, repeats=1)
        executor = RayExecutor(WorkOrder(job=played, roots=PACKS, store=run.store.url), own_ray)

        async def deliver(finished: Finished) -> None:
            delivered.append(run.load(finished))

        async with asyncio.timeout(120), asyncio.TaskGroup() as group:
            killing = group.create_task(kill_one(executor))
            await executor.play_all(plan(played), deliver)
            assert killing.done()
        assert spoke.repeated() <= own_ray.concurrency
        assert all(spoke.said(scored.episode) for scored in delivered)
    assert len({scored.episode.spec.key for scored in delivered}) == len(delivered) == EPISODES
    assert not any(scored.episode.failure for scored in delivered)
    assert any(scored.episode.replayed_calls for scored in delivered)


def test_a_killed_driver_is_resumed_where_its_workers_were(tmp_path: Path) -> None:
    with speaking(tmp_path) as spoke:
        folder = project(tmp_path, spoke.url)
        config = folder / "job.yaml"
        config.write_text(config.read_text().replace("{kind: local, ", "{kind: ray, workers: 2, "))
        killed_after(50, spoke, folder, "run", "job.yaml")
        finish(folder, "resume", "last")
        assert spoke.repeated() <= 2 * 6
        assert all(spoke.said(scored.episode) for scored in results(folder))
    played = results(folder)
    assert len({scored.episode.spec.key for scored in played}) == len(played) == 30
    assert not any(scored.episode.failure for scored in played)
    assert any(scored.episode.replayed_calls for scored in played)
    assert not (RunFolder.find("last", folder / "runs").path / "calls").exists()
