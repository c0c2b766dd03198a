"""Answers piece by piece: valid chunks and nothing else."""

import asyncio
from typing import Any

import httpx
import orjson
import pytest
from openai.types.chat import ChatCompletionChunk
from support.gateways import QUESTION, Member, caller, gateway_of

from wardian.base.completion import Completion
from wardian.base.errors import ModelError
from wardian.base.messages import Request, ToolCall
from wardian.base.virtual_time import VirtualTimeLoop
from wardian.gateway.app import GatewayApp
from wardian.simulator.asgi import Receive, Scope, Send
from wardian.simulator.local import served

CALL = ToolCall(id="c1", name="add", arguments='{"by": 2, "and": "a text that takes several chunks"}')

PRICED = {name: {"server": "local", "price": {"input": 1.0, "output": 2.0}} for name in "ab"}


async def ask(app: GatewayApp, **more: Any) -> httpx.Response:
    body = {"model": "a", "stream": True, **QUESTION, **more}
    async with caller(app) as http:
        return await http.post("/v1/chat/completions", json=body)


def events_in(reply: httpx.Response) -> list[str]:
    lines = reply.text.split("\n\n")
    assert lines.pop() == ""
    assert all(line.startswith("data: ") and "\n" not in line for line in lines)
    return [line.removeprefix("data: ") for line in lines]


def chunks_in(reply: httpx.Response) -> list[ChatCompletionChunk]:
    """Every event is a chunk by OpenAI's own types, and the last one says that it was."""
    *events, done = events_in(reply)
    assert done == "[DONE]"
    return [ChatCompletionChunk.model_validate_json(event, strict=True) for event in events]


async def test_a_text_comes_in_chunks_under_one_id() -> None:
    text = "forty-two, as everybody knows by now"
    reply = await ask(gateway_of([Member("a", text)]))
    chunks = chunks_in(reply)
    assert reply.headers["content-type"].startswith("text/event-stream")
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == text
    assert len({(chunk.id, chunk.created, chunk.model) for chunk in chunks}) == 1
    assert [chunk.choices[0].finish_reason for chunk in chunks][-1] == "stop"
    assert all(chunk.usage is None for chunk in chunks)


async def test_tool_calls_come_in_chunks() -> None:
    chunks = chunks_in(await ask(gateway_of([Member("a", [CALL])])))
    parts = [part for chunk in chunks for part in chunk.choices[0].delta.tool_calls or ()]
    assert "".join(part.function.arguments or "" for part in parts if part.function) == CALL.arguments
    assert [part.id for part in parts if part.id] == ["c1"]
    assert chunks[-1].choices[0].finish_reason == "tool_calls"


async def test_usage_stands_at_the_end_for_those_who_ask() -> None:
    members = [Member("a"), Member("b")]
    app = gateway_of(members, fusions={"pair": {"members": ["a", "b"], "scope": "every"}})
    reply = await ask(app, model="fusion/pair", stream_options={"include_usage": True})
    last = chunks_in(reply)[-1]
    assert last.choices == []
    assert last.usage is not None
    assert last.usage.total_tokens == 24
    assert (last.usage.model_extra or {})["fusion"]["by_member"]["b"]["cost"] == 0.01
    assert reply.headers["x-fusion-winner"] == "a"


async def test_what_fails_before_the_first_chunk_has_a_status() -> None:
    reply = await ask(gateway_of([Member("a", ModelError("rate_limited", "slow down"))]))
    assert (reply.status_code, reply.json()["error"]["message"]) == (429, "slow down")


def hours_in_no_time(app: GatewayApp) -> httpx.Response:
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(ask(app))


def test_a_slow_answer_begins_with_signs_of_life() -> None:
    reply = hours_in_no_time(gateway_of([Member("a", "42", seconds=40)], gateway={"heartbeat_s": 15}))
    chunks = chunks_in(reply)
    assert [chunk.choices[0].delta.content for chunk in chunks] == ["", "", "", "42", None]


def test_what_fails_later_is_told_within_the_stream() -> None:
    member = Member("a", ModelError("stalled", "fell silent"), seconds=20)
    reply = hours_in_no_time(gateway_of([member]))
    sign, error = events_in(reply)
    assert orjson.loads(sign)["choices"][0]["delta"] == {"role": "assistant", "content": ""}
    assert orjson.loads(error)["error"]["code"] == "deadline"


def test_a_bug_is_told_within_the_stream_as_well() -> None:
    class Broken(Member):
        async def complete(self, request: Request) -> Completion:
            await super().complete(request)
            raise KeyError("a")

    sign, error = events_in(hours_in_no_time(gateway_of([Broken("a", seconds=20)])))
    assert orjson.loads(sign)["choices"][0]["delta"] == {"role": "assistant", "content": ""}
    assert orjson.loads(error)["error"]["code"] == "failed"


async def left_by_its_client(app: GatewayApp, member: Member, **said: Any) -> list[Any]:
    """What is sent to a client that leaves as soon as `member` is asked."""
    body = orjson.dumps({**QUESTION, **said})
    events = [{"type": "http.request", "body": body, "more_body": False}, {"type": "http.disconnect"}]
    sent: list[Any] = []

    async def receive() -> Any:
        if len(events) == 1:
            await member.asked.wait()
        return events.pop(0)

    async def send(event: Any) -> None:
        sent.append(event)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/chat/completions",
        "headers": [(b"content-type", b"application/json"), (b"host", b"localhost")],
    }
    await app(scope, receive, send)
    return sent


async def metrics_of(app: GatewayApp) -> dict[str, float]:
    async with caller(app) as http:
        lines = (await http.get("/metrics")).text.splitlines()
    counted = (line.removeprefix("wardian_gateway_").rsplit(" ", 1) for line in lines if not line.startswith("#"))
    return {name: float(value) for name, value in counted}


@pytest.mark.parametrize("stream", [False, True])
async def test_nobody_pays_for_whom_nobody_hears(stream: bool) -> None:
    member = Member("a", seconds=30)
    sent = await left_by_its_client(gateway_of([member]), member, model="a", stream=stream)
    assert (len(member.heard), member.answered, sent) == (1, 0, [])


async def test_what_was_paid_for_a_client_that_has_left_is_counted() -> None:
    members = [Member("a"), Member("b", seconds=30)]
    app = gateway_of(members, fusions={"pair": {"members": ["b", "a"], "scope": "every"}}, models=PRICED)
    await left_by_its_client(app, members[0], model="fusion/pair")
    found = await metrics_of(app)
    assert found['requests_total{model="fusion/pair",status="499"}'] == 1.0
    assert found['fusions_total{decided_by="",model="fusion/pair",status="error"}'] == 1.0
    assert found['fusion_calls_total{member="a",model="fusion/pair",state="ok"}'] == 1.0
    assert found['fusion_calls_total{member="b",model="fusion/pair",state="cancelled"}'] == 1.0
    assert found['cost_usd_total{model="fusion/pair"}'] > 0.01, "the answer that came, and the call that was cut off"


@pytest.mark.parametrize(("stream", "status"), [(False, 503), (True, 200)])
async def test_who_is_cut_off_by_a_server_that_stops_is_told_and_counted(stream: bool, status: int) -> None:
    member = Member("a", seconds=30)
    app = gateway_of([member, Member("b")], models=PRICED, gateway={"heartbeat_s": 0.01})
    async with asyncio.TaskGroup() as group, asyncio.timeout(10):
        asking = group.create_task(ask(app, stream=stream, max_tokens=50))
        await member.asked.wait()
        await asyncio.sleep(0.05)
        app.cut_off()
    reply = await asking
    error = orjson.loads(events_in(reply)[-1] if stream else reply.content)["error"]
    assert (reply.status_code, error["code"], error["type"]) == (status, "shutting_down", "server_error")
    found = await metrics_of(app)
    assert found[f'requests_total{{model="a",status="{status}"}}'] == 1.0
    assert found['tokens_total{direction="output",model="a"}'] == 50.0


async def test_a_call_of_one_model_that_was_cut_off_is_counted_as_an_estimate() -> None:
    member = Member("a", seconds=30)
    app = gateway_of([member, Member("b")], models=PRICED)
    await left_by_its_client(app, member, model="a", max_tokens=50)
    found = await metrics_of(app)
    assert found['requests_total{model="a",status="499"}'] == 1.0
    assert found['tokens_total{direction="output",model="a"}'] == 50.0
    assert found['cost_usd_total{model="a"}'] > 0.0


async def test_a_client_that_hangs_up_is_counted_as_well() -> None:
    member, done = Member("a", seconds=30), asyncio.Event()
    app = gateway_of([member])

    async def watched(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await app(scope, receive, send)
        finally:
            done.set()

    async with served(watched, deserting=True) as url, httpx.AsyncClient() as http, asyncio.timeout(10):
        asking = asyncio.create_task(http.post(f"{url}/v1/chat/completions", json={"model": "a", **QUESTION}))
        await member.asked.wait()
        asking.cancel()
        await done.wait()
    assert (await metrics_of(app))['requests_total{model="a",status="499"}'] == 1.0
