"""What the client makes of every fault that a provider can have, over a real connection."""

import asyncio
import ssl
from collections import Counter
from dataclasses import dataclass

import httpx
import orjson
import pytest

from wardian.base.clock import SystemClock
from wardian.base.errors import ModelError
from wardian.base.messages import Message, Request
from wardian.models.chat import ChatClient
from wardian.models.dialects.chat import ChatDialect
from wardian.models.endpoint import Endpoint
from wardian.models.pool import ModelPool, PoolSpec
from wardian.models.quota import LocalQuota
from wardian.models.refusal import RETRIED
from wardian.models.retry import RetryingClient, RetryPolicy
from wardian.models.streaming import StreamingWire
from wardian.models.wire import AiohttpWire
from wardian.simulator.app import SimulatorApp
from wardian.simulator.asgi import Receive, Scope, Send
from wardian.simulator.faults.answers import ANSWERS
from wardian.simulator.faults.bodies import BODIES
from wardian.simulator.faults.catalogue import BROKEN, FAULTS, PASSING, PASSING_STREAMS, STREAMED
from wardian.simulator.faults.fault import ANSWER
from wardian.simulator.faults.provider import FaultyProvider
from wardian.simulator.faults.refusals import REFUSALS
from wardian.simulator.faults.wires import WIRES
from wardian.simulator.local import served
from wardian.simulator.playbook import NoTasks
from wardian.specs.models import ModelSpec, SimulatorServer, SkillSpec

ALL = {**FAULTS, **STREAMED}
DEADLINE_S = 3.0
STALL_S = 0.7
RETRIES = 2
SECOND_S = 1.0


class FastClock(SystemClock):
    """Does not pause."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)


class Counted:
    """Notes how often each model is asked."""

    def __init__(self, app: FaultyProvider) -> None:
        self._app = app
        self.asked: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        event = await receive()
        self.asked[orjson.loads(event["body"])["model"]] += 1

        async def again() -> object:
            return event

        await self._app(scope, again, send)  # type: ignore[arg-type]  # an event is any mapping


@dataclass(frozen=True)
class Outcome:
    """What came of one call."""

    kind: str
    text: str
    seconds: float
    requests: int


def provider(rate: float = 0.0) -> FaultyProvider:
    spec = SimulatorServer(kind="simulator", skills={"sim": SkillSpec()})
    return FaultyProvider(SimulatorApp(spec, NoTasks()), rate=rate, seed=3)


def request(text: str = "hi") -> Request:
    return Request(model="m", messages=(Message(role="user", content=text),))


async def outcome(model: str, url: str, wire: AiohttpWire, app: Counted) -> Outcome:
    clock = SystemClock()
    policy = RetryPolicy(timeout_s=DEADLINE_S, max_retries=RETRIES, first_pause_s=0.05, patience_s=1.0)
    streams = model.removeprefix("fault/") in STREAMED
    dialect = ChatDialect(stream=streams)
    way = StreamingWire(wire, dialect.gatherer, stall_s=STALL_S) if streams else wire
    place = Endpoint(url=f"{url}/v1", model=model)
    chat = ChatClient(model, place, way, dialect=dialect, key="sk-canary-0123456789")
    began = clock.monotonic()
    kind, text = ANSWER, ""
    try:
        await RetryingClient(chat, LocalQuota({}, clock), policy, clock).complete(request())
    except ModelError as error:
        kind, text = error.kind, str(error)
    return Outcome(kind, text, clock.monotonic() - began, app.asked[model])


@pytest.fixture(scope="module")
def outcomes() -> dict[str, Outcome]:
    """All faults at once: each is its own model, so none can hide behind another."""

    async def main() -> dict[str, Outcome]:
        app = Counted(provider())
        async with served(app) as url:
            wire = AiohttpWire(Endpoint(url=url, model="m"), ssl.create_default_context())
            calls = (outcome(f"fault/{name}", url, wire, app) for name in ALL)
            found = dict(zip(ALL, await asyncio.gather(*calls), strict=True))
            await wire.close()
            return found

    return asyncio.run(main())


def test_there_are_enough_broken_replies_and_all_differ() -> None:
    bytes_of = {fault.name: tuple(fault.acts()) for fault in (*BODIES, *ANSWERS)}
    assert len(set(bytes_of.values())) == len(bytes_of) >= 66
    assert len(BROKEN) == len(BODIES) + len(ANSWERS) + len(WIRES)
    assert len(FAULTS) == len(BROKEN) + len(REFUSALS)


@pytest.mark.parametrize("name", ALL)
def test_every_fault_is_typed_in_time(outcomes: dict[str, Outcome], name: str) -> None:
    found = outcomes[name]
    assert found.kind == ALL[name].expected
    assert found.kind == "rate_limited" or found.seconds <= DEADLINE_S + SECOND_S  # limits have a patience of their own
    assert found.seconds <= 10 * SECOND_S
    assert "\n" not in found.text
    assert "canary" not in found.text


@pytest.mark.parametrize("name", [name for name, fault in ALL.items() if fault.expected not in RETRIED])
def test_what_is_final_costs_one_request(outcomes: dict[str, Outcome], name: str) -> None:
    assert outcomes[name].requests == 1


async def chat(url: str, model: str, text: str = "hi") -> int:
    """The status of an answer, 0 for a lost connection, -1 for a body that is none."""
    question = {"model": model, "messages": [{"role": "user", "content": text}]}
    async with httpx.AsyncClient() as client:
        try:
            response = await client.post(f"{url}/v1/chat/completions", json=question)
            return response.status_code if "choices" in response.json() or not response.is_success else -1
        except httpx.TransportError:
            return 0
        except ValueError:
            return -1 if response.is_success else response.status_code


async def test_other_models_answer_as_without_it() -> None:
    async with served(provider()) as url:
        assert await chat(url, "sim") == 200
        assert await chat(url, "fault/no-such-fault") == 404
        assert await chat(url, "fault/status_529") == 529


async def test_a_rate_makes_a_share_fail_the_same_way_each_time() -> None:
    async def statuses() -> list[int]:
        async with served(provider(rate=0.3)) as url:
            return [await chat(url, "sim", f"question {number}") for number in range(60)]

    first = await statuses()
    assert first == await statuses()
    assert 30 <= first.count(200) <= 54
    assert len(set(first)) > 3


async def test_a_request_that_failed_may_be_answered_the_next_time() -> None:
    async with served(provider(rate=0.5)) as url:
        assert len({await chat(url, "sim") for _ in range(12)}) > 1


def test_what_happens_now_and_then_passes() -> None:
    assert {FAULTS[name].expected for name in PASSING} <= RETRIED
    assert {ALL[name].expected for name in PASSING_STREAMS} <= RETRIED


async def test_a_rate_breaks_streams_in_ways_of_their_own_and_all_pass() -> None:
    async with served(provider(rate=0.3)) as url:
        spec = PoolSpec.of({"sim": ModelSpec(base_url=f"{url}/v1", stream=True, max_retries=20)}, {})
        clock = SystemClock()
        async with ModelPool.open(spec, lambda _: None, LocalQuota({}, clock), FastClock()) as pool:
            answers = [await pool.client("sim").complete(request(f"question {number}")) for number in range(20)]
    assert all(f"question {number}" in answer.message.content for number, answer in enumerate(answers))
    assert sum(answer.timing.retries for answer in answers) > 3
