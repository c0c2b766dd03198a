"""The quota broker: one actor in a cluster lends the providers' rate limits to the workers of all jobs, in blocks."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

import ray
from ray.actor import ActorHandle
from ray.exceptions import RayActorError

from wardian.base.errors import InfraError
from wardian.models.leases import Ask, Borrower, Grant
from wardian.models.lender import Lender

__all__ = ["QuotaBroker", "borrower", "dismiss_broker", "exchange_with", "shared_broker"]

NAME, NAMESPACE = "quota-broker-1", "wardian"
"""The number is that of the messages: releases that do not understand each other do not share a broker."""

PAUSE_S = 0.5
ATTEMPTS = 120
"""How often a lost broker is looked for: Ray starts it again, elsewhere when its machine is gone."""
IDLE_S = 60.0
"""When nobody has asked for so long it goes: the limits of a minute are whole again by then."""


class QuotaBroker:
    """Holds the pure `Lender` and brings it the time; a worker calls at most ten times a second.

    It keeps nothing on disk. After a restart all buckets are empty, limits come with the workers' next asks.

    Args:
        idle_s: after so long without an ask it goes.
    """

    def __init__(self, idle_s: float = IDLE_S) -> None:
        self._lender = Lender()
        self._idle_s = idle_s
        self._leaving = self._leaves_later()

    async def exchange(self, who: bytes, ask: bytes) -> bytes:
        """Settle what the worker used and lend what it needs; `Borrower`, `Ask` and `Grant` as JSON."""
        borrower, wanted = Borrower.model_validate_json(who), Ask.model_validate_json(ask)
        self._leaving.cancel()
        self._leaving = self._leaves_later()
        return self._lender.exchange(borrower, wanted, time.monotonic()).model_dump_json().encode()

    def _leaves_later(self) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(self._idle_s, self._leave)

    def _leave(self) -> None:
        if self._lender.blocked(time.monotonic()):  # a provider wants to be left alone, and others must hear of it
            self._leaving = self._leaves_later()
            return
        ray.kill(ray.get_runtime_context().current_actor)


def shared_broker() -> ActorHandle:
    """The cluster's broker, which the first job starts and which is nobody's: it outlives that job.

    As the first job's it could not be found by the next one while that job ends: Ray forgets a job's classes before its
    actors are gone. It takes no CPU from the workers.
    """
    options = {"name": NAME, "namespace": NAMESPACE, "get_if_exists": True, "lifetime": "detached"}
    return ray.remote(QuotaBroker).options(num_cpus=0, max_restarts=-1, max_task_retries=0, **options).remote()


def dismiss_broker() -> None:
    """End the broker of a Ray of our own; where there is none, nothing happens."""
    with suppress(ValueError):
        ray.kill(ray.get_actor(NAME, NAMESPACE))


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
