"""Answers of simulated models as streams: the same as without one, in the chunks of OpenAI's API."""

from typing import Any

import httpx
import orjson
import pytest
from support.simulator import CANCEL, Tasks, answered, body, client_of, heard, skilled

from wardian.base.clock import SystemClock
from wardian.base.messages import Message, Origin, Request
from wardian.models.endpoint import RunningServer
from wardian.models.pool import ModelPool, PoolSpec
from wardian.models.quota import LocalQuota
from wardian.models.wire import HttpxWire
from wardian.simulator.app import SimulatorApp
from wardian.simulator.local import served
from wardian.specs.models import ModelSpec

CHAT = "/v1/chat/completions"
PLAYING = {"x-wardian-task": "shop/cancel", "x-wardian-episode": "e1"}
TWELVE_CALLS = (CANCEL[1].model_copy(update={"content": "I look.", "tool_calls": CANCEL[1].tool_calls * 12}),)


async def streamed(*history: Message, **asked: Any) -> httpx.Response:
    async with client_of(SimulatorApp(skilled(accuracy=1), Tasks())) as client:
        question = {**orjson.loads(body(history)), "stream": True, **asked}
        return await client.post(CHAT, json=question, headers=PLAYING)


def events(response: httpx.Response) -> list[Any]:
    *told, done, rest = response.text.split("\n\n")
    assert (done, rest) == ("data: [DONE]", "")
    return [orjson.loads(event.removeprefix("data: ")) for event in told]


async def test_a_stream_is_one() -> None:
    response = await streamed(heard("Hello"))
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["x-wardian-simulated"] == "1"
    first, *middle, last = events(response)
    assert first["choices"][0]["delta"] == {"role": "assistant", "content": ""}
    assert "".join(event["choices"][0]["delta"]["content"] for event in middle) == CANCEL[0].content
    assert last["choices"][0] == {"index": 0, "delta": {}, "finish_reason": "stop"}
    assert {event["object"] for event in (first, *middle, last)} == {"chat.completion.chunk"}
    assert len(middle) > 1


async def test_usage_is_for_those_who_ask() -> None:
    counted = events(await streamed(heard("Hello"), stream_options={"include_usage": True}))[-1]
    assert counted["choices"] == []
    assert counted["usage"]["total_tokens"] == counted["usage"]["prompt_tokens"] + counted["usage"]["completion_tokens"]
    assert not any("usage" in event for event in events(await streamed(heard("Hello"))))


async def test_twelve_calls_have_twelve_ids() -> None:
    async with client_of(SimulatorApp(skilled(accuracy=1), Tasks(TWELVE_CALLS))) as client:
        said = (await client.post(CHAT, content=body([heard("Hello")]), headers=PLAYING)).json()["choices"][0][
            "message"
        ]
    assert len({call["id"] for call in said["tool_calls"]}) == 12


async def test_a_refusal_is_no_stream() -> None:
    response = await streamed(heard("Hello"), model="unknown")
    assert (response.status_code, response.headers["content-type"]) == (404, "application/json")


@pytest.mark.parametrize("script", [CANCEL, TWELVE_CALLS], ids=["task", "text-and-twelve-calls"])
@pytest.mark.parametrize("over", ["asgi", "socket"])
async def test_the_client_reads_the_same_with_and_without(script: tuple[Message, ...], over: str) -> None:
    app = SimulatorApp(skilled(accuracy=1), Tasks(script))
    async with served(app) as url:
        models = {name: ModelSpec(server="s", model="sim", stream=name == "stream") for name in ("plain", "stream")}
        spec = PoolSpec.of(models, {"s": RunningServer(url=url, simulated=True)})
        network = HttpxWire(httpx.ASGITransport(app=app)) if over == "asgi" else None
        clock = SystemClock()
        async with ModelPool.open(spec, lambda _: None, LocalQuota({}, clock), clock, network) as pool:
            history = [heard("Cancel my order W200.")]
            for _ in script:
                origin = Origin(episode="e1", task="shop/cancel", path="t")
                request = Request(model="sim", messages=tuple(history), origin=origin)
                plain = await pool.client("plain").complete(request)
                stream = await pool.client("stream").complete(request)
                assert (plain.message, plain.finish) == (stream.message, stream.finish)
                assert plain.usage.output_tokens == stream.usage.output_tokens
                assert not stream.usage.estimated
                history.extend(answered(plain.message))
