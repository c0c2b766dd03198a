"""The quota broker: one actor that lends the providers' rate limits to all workers, in blocks."""

import time
from collections.abc import Awaitable, Callable, Mapping

import ray
from pydantic import TypeAdapter
from ray.actor import ActorHandle

from wardian.models.leases import Ask, Grant, Lender
from wardian.models.ledger import RateLimit

__all__ = ["QuotaBroker", "exchange_with", "start_broker"]

LIMITS = TypeAdapter(dict[str, RateLimit])


class QuotaBroker:
    """Holds the pure `Lender` and brings it the time; a worker calls at most ten times a second."""

    def __init__(self, limits: bytes) -> None:
        self._lender = Lender(LIMITS.validate_json(limits), time.monotonic())

    async def exchange(self, worker: str, ask: bytes) -> bytes:
        """Settle what the worker used and lend what it needs; an `Ask` and a `Grant` as JSON."""
        grant = self._lender.exchange(worker, Ask.model_validate_json(ask), time.monotonic())
        return grant.model_dump_json().encode()


def start_broker(limits: Mapping[str, RateLimit]) -> ActorHandle:
    """A broker for one run; it takes no CPU from the workers."""
    return ray.remote(QuotaBroker).options(num_cpus=0, max_restarts=-1).remote(LIMITS.dump_json(dict(limits)))


def exchange_with(broker: ActorHandle, worker: str) -> Callable[[Ask], Awaitable[Grant]]:
    """What a worker's `LeasedQuota` exchanges with."""

    async def exchange(ask: Ask) -> Grant:
        return Grant.model_validate_json(await broker.exchange.remote(worker, ask.model_dump_json().encode()))

    return exchange
