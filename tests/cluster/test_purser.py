"""A purser that is gone for good, with its machine: its successor has the same name, and keeps the same files."""

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest
import ray
from ray.actor import ActorHandle
from ray.exceptions import RayActorError

from wardian.cluster.purser import start_purser, treasury
from wardian.models.budgets.amount import Amount
from wardian.models.budgets.budgets import BudgetPlace
from wardian.models.budgets.leases import BudgetAsk
from wardian.specs.budget import BudgetSpec
from wardian.specs.job import RayExecutorSpec

pytestmark = pytest.mark.cluster

NAME = "wardian/test-purser/purser"


async def _gone(actor: ActorHandle) -> None:
    """Ray kills in its own time: until then the actor answers."""
    async with asyncio.timeout(30):
        with suppress(RayActorError):
            while True:
                await actor.__ray_ready__.remote()
                await asyncio.sleep(0.1)


async def test_its_successor_is_found(own_ray: RayExecutorSpec, tmp_path: Path) -> None:
    places = {"budget": BudgetPlace(spec=BudgetSpec(requests=10), path=tmp_path / "budget.log")}
    first = start_purser(places, NAME)
    exchange = treasury(first, NAME)
    one = Amount(requests=1)
    assert (await exchange("budget", BudgetAsk(holder="w", number=0, need=one))).granted.requests >= 1
    ray.kill(first, no_restart=True)
    await _gone(first)
    asking = asyncio.ensure_future(exchange("budget", BudgetAsk(holder="w", number=1, returned=one, need=one)))
    await asyncio.sleep(1.0)
    assert not asking.done(), "it is looked for"
    second = start_purser(places, NAME)
    async with asyncio.timeout(30):
        assert (await asking).granted.requests >= 1
    ray.kill(second)
