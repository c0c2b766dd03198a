"""One folder of replies for several workers: what they record is one recording."""

import asyncio
import os
import signal
from itertools import count
from pathlib import Path

import pytest
from cluster.test_executor import PACKS, SKILL, job, ordered, plan, played
from support.outcomes import essence, record_of

from wardian.assembly import WorkOrder, open_play
from wardian.base.clock import SystemClock
from wardian.cluster.executor import RayExecutor
from wardian.models.quota import LocalQuota
from wardian.runs.local import LocalExecutor
from wardian.scoring.finished import Finished
from wardian.scoring.score import Scored
from wardian.specs.cache import CacheMode
from wardian.specs.job import JobSpec, RayExecutorSpec

pytestmark = pytest.mark.cluster


def cached_job(folder: Path, mode: CacheMode) -> JobSpec:
    """Slow enough for the second worker to come while there is something left to play."""
    slow = {"kind": "simulator", "skills": {"m": {**SKILL, "latency_s": 0.3}}}
    return job(cache={"mode": mode, "folder": str(folder / "replies")}, servers={"sim": slow})


async def replayed(folder: Path) -> list[Scored]:
    order = WorkOrder(job=cached_job(folder, "replay"), roots=PACKS)
    async with open_play(order, LocalQuota({}, SystemClock()), {}) as play:
        return await played(LocalExecutor(play, 16), plan(order.job))


async def test_what_two_workers_recorded_is_replayed_in_one_process(own_ray: RayExecutorSpec, tmp_path: Path) -> None:
    async with ordered(cached_job(tmp_path, "record"), tmp_path) as order:
        on_ray = await played(RayExecutor(order, own_ray), plan(order.job))
    assert sorted(os.listdir(tmp_path / "replies")) == ["000001.replies", "000002.replies"]
    assert essence(await replayed(tmp_path)) == essence(on_ray)


async def test_what_killed_workers_had_heard_is_not_asked_again(own_ray: RayExecutorSpec, tmp_path: Path) -> None:
    async with ordered(cached_job(tmp_path, "read-write"), tmp_path) as order:
        executor = RayExecutor(order, own_ray)
        results: list[Scored] = []
        talked = count(1)  # scripted agents end before any model has answered

        async def deliver(finished: Finished) -> None:
            results.append(record_of(finished))
            if results[-1].episode.spec.agent.name == "a" and next(talked) == 3:
                for pid in await executor.worker_pids():  # one alone may have been asked for nothing yet
                    os.kill(pid, signal.SIGKILL)

        async with asyncio.timeout(120):
            await executor.play_all(plan(order.job), deliver)
    assert len({scored.episode.spec.key for scored in results}) == len(results) == 8 * 3 * 5
    assert any(scored.episode.cached_calls for scored in results)
    assert essence(await replayed(tmp_path)) == essence(results)
