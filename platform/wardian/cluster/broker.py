"""The quota broker: one actor in a cluster lends the providers' rate limits to the workers of all jobs, in blocks."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import ray
from ray.actor import ActorHandle
from ray.exceptions import RayActorError

from wardian.base.errors import InfraError
from wardian.models.leases import Ask, Borrower, Grant
from wardian.models.lender import Lender

__all__ = ["QuotaBroker", "borrower", "exchange_with", "shared_broker"]

NAME, NAMESPACE = "quota-broker-1", "wardian"
"""The number is that of the messages: releases that do not understand each other do not share a broker."""

PAUSE_S = 0.5
ATTEMPTS = 120
"""How often a lost broker is looked for: Ray starts it again, elsewhere when its machine is gone."""


class QuotaBroker:
    """Holds the pure `Lender` and brings it the time; a worker calls at most ten times a second.

    It keeps nothing on disk. After a restart all buckets are empty, limits come with the workers' next asks.
    """

    def __init__(self) -> None:
        self._lender = Lender()

    async def exchange(self, who: bytes, ask: bytes) -> bytes:
        """Settle what the worker used and lend what it needs; `Borrower`, `Ask` and `Grant` as JSON."""
        borrower, wanted = Borrower.model_validate_json(who), Ask.model_validate_json(ask)
        return self._lender.exchange(borrower, wanted, time.monotonic()).model_dump_json().encode()


def shared_broker() -> ActorHandle:
    """The cluster's broker, which the first job starts and whose end it shares; the others then start the next.

    A detached one would hold up a cluster's shutdown for more than half a minute. It takes no CPU from the workers.
    """
    options = {"name": NAME, "namespace": NAMESPACE, "get_if_exists": True}
    return ray.remote(QuotaBroker).options(num_cpus=0, max_restarts=-1, max_task_retries=0, **options).remote()


def borrower(weight: float) -> Borrower:
    """This worker, which is an actor of a job, as the broker knows it."""
    context = ray.get_runtime_context()
    return Borrower(worker=str(context.get_actor_id()), job=str(context.get_job_id()), weight=weight)


def exchange_with(broker: ActorHandle, who: Borrower) -> Callable[[Ask], Awaitable[Grant]]:
    """What a worker's `LeasedQuota` exchanges with. While the broker restarts, calls wait; they do not fail."""
    name = who.model_dump_json().encode()

    async def exchange(ask: Ask) -> Grant:
        nonlocal broker
        payload = ask.model_dump_json().encode()
        for _ in range(ATTEMPTS):
            try:
                return Grant.model_validate_json(await broker.exchange.remote(name, payload))
            except RayActorError:
                await asyncio.sleep(PAUSE_S)
                broker = await asyncio.to_thread(shared_broker)
        raise InfraError("the quota broker does not answer and could not be started again")

    return exchange
