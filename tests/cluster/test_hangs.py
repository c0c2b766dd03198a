"""Environments that hang on Ray's workers: what cannot be interrupted ends one, and only its own episode is lost."""

from collections import Counter
from pathlib import Path

import pytest

from wardian.assembly import WorkOrder
from wardian.cluster.executor import RayExecutor
from wardian.environments.packs import load_packs
from wardian.runs.plan import Plan
from wardian.scoring.finished import Finished
from wardian.specs.job import JobSpec, RayExecutorSpec

pytestmark = pytest.mark.cluster

PACKS = (Path(__file__).parents[1] / "support" / "packs",)


async def test_a_worker_that_dies_of_a_hang_says_of_which(own_ray: RayExecutorSpec, tmp_path: Path) -> None:
    worlds = [
        {"pack": "hanging", "uncertified": "play", "name": name, "knobs": {"well": 20, "query": name == "query"}}
        for name in ("others", "query")
    ]
    job = JobSpec.model_validate(
        {"name": "hangs", "environments": worlds, "agents": [{"kind": "reference"}], "limits": {"tool_s": 1}}
    )
    results: list[Finished] = []

    async def deliver(finished: Finished) -> None:
        results.append(finished)

    order = WorkOrder(job=job, roots=PACKS, hangs=tmp_path / "hangs")
    await RayExecutor(order, own_ray).play_all(Plan(job, load_packs(job, PACKS)), deliver)
    tasks = Counter(each.result.task for each in results)
    assert len(results) == 44
    assert set(tasks.values()) == {1, 2}
    ends = {each.result.task: each.result.failure for each in results if each.result.failure}
    # A sleep is one: the loop of a worker is not in the main thread, which alone hears signals.
    assert {task: (end.cause, end.kind) for task, end in ends.items()} == {
        "awaits-1": ("environment", "tool_timeout"),
        "busy-1": ("environment", "tool_hung"),
        "sleeps-1": ("environment", "tool_hung"),
        "query-1": ("environment", "tool_hung"),
    }
    noted = {path.stem for path in (tmp_path / "hangs").iterdir()}
    lost = {"sleeps-1", "query-1"}
    assert noted == {each.result.episode for each in results if each.result.task in lost}
