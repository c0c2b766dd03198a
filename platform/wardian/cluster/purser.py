"""The purser: one actor of a job keeps its budgets' files, on the machine of the driver; workers ask it for blocks."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress

import ray
from pydantic import TypeAdapter
from ray.actor import ActorHandle
from ray.exceptions import ActorUnschedulableError, RayActorError
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from wardian.base.clock import SystemClock
from wardian.base.errors import InfraError, WardianError
from wardian.cluster.session import NAMESPACE
from wardian.models.budgets.budgets import BudgetBooks, BudgetPlace, Budgets, Treasury
from wardian.models.budgets.leases import BudgetAsk, BudgetGrant

__all__ = ["Purser", "budgets_from", "start_purser", "treasury"]

PLACES = TypeAdapter(dict[str, BudgetPlace])
PAUSE_S = 0.5
ATTEMPTS = 120
"""How often a lost purser is looked for: Ray or the next coordinator starts one, and it reads its files."""


class Purser:
    """Keeps what was given out in files, so that it may be lost at any moment; see `BudgetLedger`."""

    def __init__(self, places: bytes) -> None:
        self._books = BudgetBooks(PLACES.validate_json(places), SystemClock())

    async def exchange(self, name: str, ask: bytes) -> bytes | str:
        """`BudgetAsk` and `BudgetGrant` as JSON; what went wrong as text."""
        try:
            grant = await self._books.exchange(name, BudgetAsk.model_validate_json(ask))
        except WardianError as error:
            return str(error)
        return grant.model_dump_json().encode()


def start_purser(places: Mapping[str, BudgetPlace], lasting_as: str | None = None) -> ActorHandle:
    """The purser of a job: ends with its driver, or is found again by a name. It takes no CPU from the workers."""
    here = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=False)
    options: dict[str, object] = {"num_cpus": 0, "max_restarts": -1, "max_task_retries": 0, "scheduling_strategy": here}
    if lasting_as is not None:
        options |= {"name": lasting_as, "namespace": NAMESPACE, "lifetime": "detached", "get_if_exists": True}
    return ray.remote(Purser).options(**options).remote(PLACES.dump_json(dict(places)))


def budgets_from(purser: ActorHandle, places: Mapping[str, BudgetPlace], lasting_as: str | None = None) -> Budgets:
    """The budgets of this worker, which is an actor; `lasting_as` is the purser's name, if it has one."""
    holder = str(ray.get_runtime_context().get_actor_id())
    return Budgets(places, treasury(purser, lasting_as), holder, SystemClock())


def treasury(purser: ActorHandle, lasting_as: str | None) -> Treasury:
    """How a worker reaches the budgets' files. A lost answer makes the purse repeat its ask, which then counts once.

    With its machine a purser is gone for good; the next coordinator starts another one of the same name.
    """

    async def exchange(name: str, ask: BudgetAsk) -> BudgetGrant:
        nonlocal purser
        payload = ask.model_dump_json().encode()
        for _ in range(ATTEMPTS):
            try:
                answer = await purser.exchange.remote(name, payload)
            except (RayActorError, ActorUnschedulableError):
                await asyncio.sleep(PAUSE_S)
                purser = await asyncio.to_thread(_found, lasting_as) or purser
                continue
            if isinstance(answer, str):
                raise InfraError(answer)
            return BudgetGrant.model_validate_json(answer)
        raise InfraError("the purser, who keeps the run's budget, does not answer")

    return exchange


def _found(lasting_as: str | None) -> ActorHandle | None:
    """The purser of that name, if there is one."""
    with suppress(ValueError):
        return None if lasting_as is None else ray.get_actor(lasting_as, NAMESPACE)
    return None
