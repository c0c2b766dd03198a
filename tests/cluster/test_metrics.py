"""A worker's gauges: polled by the driver, and as Ray metrics on the port that Prometheus scrapes."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest
import ray
from cluster.test_executor import job, ordered, plan

from wardian.cluster.executor import RayExecutor
from wardian.models.gauges import joined
from wardian.runs.gauges import WorkerGauge
from wardian.scoring.finished import Finished
from wardian.specs.job import JobSpec, RayExecutorSpec

pytestmark = pytest.mark.cluster

SLOW = {"kind": "simulator", "skills": {"m": {"accuracy": 0.9, "latency_s": 2.0}}}


def slow_job() -> JobSpec:
    """Plays for more than the ten seconds after which a Ray worker reports its metrics."""
    agents = [{"name": "a", "model": "m"}]
    return job(name="gauges", agents=agents, servers={"sim": SLOW}, repeats=4)


async def scraped(name: str) -> list[str]:
    """The lines of the metric in what the machine's agent serves."""
    node = ray.nodes()[0]
    url = f"http://{node['NodeManagerAddress']}:{node['MetricsExportPort']}/metrics"
    async with httpx.AsyncClient(trust_env=False) as client:
        page = (await client.get(url)).text
    return [line for line in page.splitlines() if line.startswith(name + "{") and 'run="run-7"' in line]


def _in_flight(workers: Sequence[WorkerGauge]) -> int:
    return sum(lane.in_flight for worker in workers for lane in worker.lanes)


async def test_gauges_reach_the_driver_and_prometheus(own_ray: RayExecutorSpec, tmp_path: Path) -> None:
    polled: list[Sequence[WorkerGauge]] = []
    lines: list[str] = []

    async def deliver(finished: Finished) -> None:
        """Nobody keeps the results here."""

    async def look(executor: RayExecutor) -> None:
        while not lines:
            await asyncio.sleep(0.5)
            polled.append(await executor.workers())
            lines.extend(await scraped("ray_wardian_lane_requests_total"))
        lines.extend(await scraped("ray_wardian_lane_limit_rpm"))

    async with ordered(slow_job(), tmp_path) as order, asyncio.timeout(120):
        executor = RayExecutor(order.model_copy(update={"run": "run-7"}), own_ray)
        async with asyncio.TaskGroup() as group:
            looking = group.create_task(look(executor))
            await executor.play_all(plan(order.job), deliver)
            await looking
    busiest = max(polled, key=_in_flight)
    assert {worker.name.rpartition("-")[0] for worker in busiest} == {"worker-0", "worker-1"}
    (lane,) = joined(lane for worker in busiest for lane in worker.lanes)
    assert (lane.lane, lane.breaker, lane.allowance.rpm) == ("m", "closed", 60_000)
    assert lane.in_flight > 0
    assert all('job="gauges"' in line and 'lane="m"' in line for line in lines)
    assert float(lines[-1].split()[-1]) == 60_000
    assert await executor.workers() == [], "workers that are gone say nothing"
