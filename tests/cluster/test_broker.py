"""The broker as an actor: one for all jobs of a cluster, and again there after it was killed."""

import asyncio
import time

import pytest
import ray
from ray.exceptions import RayActorError

from wardian.base.clock import SystemClock
from wardian.cluster.broker import QuotaBroker, borrower, exchange_with, shared_broker
from wardian.models.lanes import LanePlace
from wardian.models.leases import Ask, Borrower
from wardian.models.ledger import RateLimit
from wardian.models.quota import LeasedQuota
from wardian.specs.job import RayExecutorSpec

pytestmark = pytest.mark.cluster


def worker_of(job: str, lane: str, rpm: int) -> LeasedQuota:
    place = LanePlace(lane=lane, limit=RateLimit(rpm=rpm))
    exchange = exchange_with(shared_broker(), Borrower(worker=f"{lane}/{job}", job=job))
    return LeasedQuota(exchange, lambda model: place, SystemClock())


async def sent(quota: LeasedQuota, until: float) -> int:
    """How many requests a worker may send that always has fifty waiting."""
    number = 0

    async def insist() -> None:
        nonlocal number
        while True:
            async with quota.admit("m", tokens=1):
                number += 1

    try:
        async with asyncio.timeout(until - time.monotonic()), asyncio.TaskGroup() as group:
            for _ in range(50):
                group.create_task(insist())
    except TimeoutError:
        pass
    return number


async def test_two_jobs_share_one_broker_and_one_limit(own_ray: RayExecutorSpec) -> None:
    broker = shared_broker()
    assert shared_broker()._actor_id == broker._actor_id
    end = time.monotonic() + 6.0
    async with asyncio.TaskGroup() as group:
        jobs = [group.create_task(sent(worker_of(job, "shared", 6_000), end)) for job in ("one", "other")]
    one, other = (job.result() for job in jobs)
    assert one + other <= 100 * 6.0 + 100
    assert one + other >= 0.8 * 100 * 6.0
    assert 0.4 <= one / (one + other) <= 0.6


async def test_a_killed_broker_comes_back_and_calls_wait_for_it(own_ray: RayExecutorSpec) -> None:
    quota = worker_of("job", "killed", 60_000)
    before = await sent(quota, time.monotonic() + 1.0)
    ray.kill(shared_broker(), no_restart=False)
    async with asyncio.timeout(60.0):
        async with quota.admit("m", tokens=1):
            pass
        while await sent(quota, time.monotonic() + 0.5) == 0:
            pass
    assert before > 0


async def test_a_broker_that_nobody_asks_goes(own_ray: RayExecutorSpec) -> None:
    broker = ray.remote(QuotaBroker).options(num_cpus=0, max_restarts=-1).remote(0.5)
    ask = Ask(number=1, lanes=()).model_dump_json().encode()
    who = Borrower(worker="w", job="j").model_dump_json().encode()
    async with asyncio.timeout(60.0):
        began = time.monotonic()
        while time.monotonic() < began + 1.5:
            await broker.exchange.remote(who, ask)
            await asyncio.sleep(0.1)
        await asyncio.sleep(3.0)
        with pytest.raises(RayActorError):
            await broker.exchange.remote(who, ask)


async def test_every_worker_has_a_name_of_its_own(own_ray: RayExecutorSpec) -> None:
    class Worker:
        def who(self) -> str:
            return borrower(2.0).model_dump_json()

    workers = [ray.remote(Worker).options(num_cpus=0).remote() for _ in range(2)]
    first, second = [Borrower.model_validate_json(await worker.who.remote()) for worker in workers]
    assert first.worker != second.worker
    assert first.job == second.job
    assert first.weight == 2.0
    for worker in workers:
        ray.kill(worker)
