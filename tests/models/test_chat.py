"""What is sent to a provider, and what becomes of its answer."""

from dataclasses import replace
from typing import Any

import httpx
import orjson
import pytest

from wardian.base.completion import Completion
from wardian.base.messages import Message, Origin, Request, Sampling, ToolCall, ToolSchema
from wardian.models.chat import ChatClient
from wardian.models.endpoint import Endpoint
from wardian.models.wire import HttpxWire
from wardian.specs.endpoints import PriceSpec

ORIGIN = Origin(episode="e1", task="retail/überweisung", path="t1/agent")
TOOL = ToolSchema(name="f", description="d", parameters={"type": "object", "properties": {"a": {"type": "string"}}})
OK = {
    "choices": [{"message": {"content": "hi"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 1000, "completion_tokens": 100},
}


class Recorder:
    """A provider that keeps what it was sent."""

    def __init__(self, reply: Any = OK) -> None:
        self._reply = reply
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return httpx.Response(200, json=self._reply)


async def sent(request: Request, **endpoint: Any) -> tuple[Completion, httpx.Request]:
    recorder = Recorder()
    place = Endpoint.model_validate({"url": "https://host/v1", "model": "vendor/model", **endpoint})
    client = ChatClient(
        "m", place, HttpxWire(httpx.MockTransport(recorder)), key="sk-secret", price=PriceSpec(input=2, output=10)
    )
    completion = await client.complete(request)
    return completion, recorder.requests[0]


async def test_body_is_a_chat_completion() -> None:
    messages = (
        Message(role="system", content="Be brief."),
        Message(role="assistant", tool_calls=(ToolCall(id="c1", name="f", arguments='{"a":"ü"}'),)),
        Message(role="tool", content="42", tool_call_id="c1"),
    )
    sampling = Sampling(temperature=0.0, top_p=0.9, max_tokens=64, seed=7, stop=("\n",))
    _, request = await sent(Request(model="m", messages=messages, tools=(TOOL,), sampling=sampling))
    body = orjson.loads(request.content)
    assert (request.method, str(request.url)) == ("POST", "https://host/v1/chat/completions")
    assert [message["role"] for message in body["messages"]] == ["system", "assistant", "tool"]
    assert body["messages"][1]["tool_calls"][0]["function"] == {"name": "f", "arguments": '{"a":"ü"}'}
    assert body["tools"] == [
        {"type": "function", "function": {"name": "f", "description": "d", "parameters": TOOL.parameters}}
    ]
    settings = {key: body[key] for key in ("model", "temperature", "top_p", "max_tokens", "seed", "stop")}
    assert settings == {
        "model": "vendor/model",
        "temperature": 0.0,
        "top_p": 0.9,
        "max_tokens": 64,
        "seed": 7,
        "stop": ["\n"],
    }


async def test_what_is_not_set_is_not_sent() -> None:
    _, request = await sent(Request(model="m", messages=(Message(role="user", content="hi"),)))
    assert set(orjson.loads(request.content)) == {"model", "messages"}


@pytest.mark.parametrize("simulated", [True, False])
async def test_only_a_simulator_learns_the_task(simulated: bool) -> None:
    question = Request(model="m", messages=(Message(role="user", content="hi"),), origin=ORIGIN)
    completion, request = await sent(question, simulated=simulated)
    told = {key for key in request.headers if key.startswith("x-wardian")}
    assert told == ({"x-wardian-task", "x-wardian-episode", "x-wardian-step"} if simulated else set())
    assert completion.simulated is simulated
    if simulated:
        assert dict(request.headers.raw)[b"x-wardian-task"].decode() == ORIGIN.task


async def test_a_simulator_does_not_hear_of_those_who_ask_outside_of_any_task() -> None:
    messages = (Message(role="user", content="hi"),)
    _, request = await sent(Request(model="m", messages=messages, origin=replace(ORIGIN, task="")), simulated=True)
    assert not [key for key in request.headers if key.startswith("x-wardian")]


async def test_key_goes_into_one_header() -> None:
    _, request = await sent(Request(model="m", messages=(Message(role="user", content="hi"),)))
    assert request.headers["authorization"] == "Bearer sk-secret"
    assert b"sk-secret" not in request.content
    assert "sk-secret" not in str(request.url)


async def test_price_makes_the_cost() -> None:
    completion, _ = await sent(Request(model="m", messages=(Message(role="user", content="hi"),)))
    assert completion.cost_usd == pytest.approx((1000 * 2 + 100 * 10) / 1e6)
    assert completion.model == "m"
