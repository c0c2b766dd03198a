"""The proxy that makes trouble."""

import asyncio
import ssl
from collections import Counter

import pytest

from wardian.base.errors import ModelError
from wardian.base.messages import Message, Request
from wardian.models.chat import ChatClient
from wardian.models.endpoint import Endpoint
from wardian.models.wire import AiohttpWire
from wardian.simulator.app import SimulatorApp
from wardian.simulator.local import served
from wardian.simulator.playbook import NoTasks
from wardian.simulator.proxy import TroublePlan, TroublingProxy
from wardian.specs.models import SimulatorServer, SkillSpec

APP = SimulatorApp(SimulatorServer(kind="simulator", skills={"sim": SkillSpec()}), NoTasks())
REQUEST = Request(model="sim", messages=(Message(role="user", content="hi"),))
CALLS = 30


async def outcome(url: str, within_s: float) -> str:
    """One call over a connection of its own."""
    endpoint = Endpoint(url=f"{url}/v1", model="sim")
    wire = AiohttpWire(endpoint, ssl.create_default_context())
    try:
        async with asyncio.timeout(within_s):
            await ChatClient("sim", endpoint, wire).complete(REQUEST)
    except ModelError as error:
        return error.kind
    except TimeoutError:
        return "timeout"
    else:
        return "answer"
    finally:
        await wire.close()


async def outcomes(plan: TroublePlan, calls: int = CALLS, within_s: float = 0.5) -> list[str]:
    async with served(APP) as url, TroublingProxy("127.0.0.1", int(url.rpartition(":")[2]), plan) as proxy:
        found = [await outcome(proxy.url, within_s) for _ in range(calls)]
        assert proxy.connections == calls
    return found


async def test_without_trouble_it_is_not_there() -> None:
    assert set(await outcomes(TroublePlan())) == {"answer"}


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        (TroublePlan(reset=1.0, within=100), {"connection", "bad_reply"}),
        (TroublePlan(stall=1.0, within=100), {"timeout"}),
        (TroublePlan(drip=1.0, within=100), {"timeout"}),
    ],
    ids=["reset", "stall", "drip"],
)
async def test_each_trouble_is_met(plan: TroublePlan, expected: set[str]) -> None:
    assert set(await outcomes(plan, calls=5)) <= expected


async def test_the_plan_follows_from_the_seed() -> None:
    plan = TroublePlan(reset=0.5, within=100, seed=5)
    first = await outcomes(plan)
    assert first == await outcomes(plan)
    assert 5 <= Counter(first)["answer"] <= 25


async def test_nobody_behind_it_is_a_lost_connection() -> None:
    async with TroublingProxy("127.0.0.1", 1, TroublePlan()) as proxy:
        assert await outcome(proxy.url, 5.0) == "connection"


def test_shares_are_met() -> None:
    plan = TroublePlan(reset=0.1, stall=0.05, drip=0.05)
    met = Counter(trouble.kind for number in range(4_000) if (trouble := plan.trouble(number)) is not None)
    assert met["reset"] == pytest.approx(400, rel=0.2)
    assert met["stall"] == pytest.approx(200, rel=0.25)
    assert met["drip"] == pytest.approx(200, rel=0.25)
