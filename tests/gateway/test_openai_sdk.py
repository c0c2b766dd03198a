"""The official SDK, unchanged, over HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from openai import APIStatusError, AsyncOpenAI, AuthenticationError, BadRequestError, NotFoundError, RateLimitError
from openai.types.chat import ChatCompletionMessageFunctionToolCall
from pydantic import BaseModel
from support.gateways import Member, gateway_of, serve_spec

from wardian.base.errors import ModelError
from wardian.base.messages import ToolCall
from wardian.gateway.app import GatewayApp
from wardian.gateway.opening import open_gateway
from wardian.simulator.local import served

PAIR = {"pair": {"members": ["a", "b"], "scope": "every"}}
ASKED: Any = [{"role": "user", "content": "How many?"}]
ADD: Any = [{"type": "function", "function": {"name": "add", "parameters": {"type": "object"}}}]


@asynccontextmanager
async def sdk(app: GatewayApp, key: str = "any") -> AsyncIterator[AsyncOpenAI]:
    async with (
        served(app, deserting=True) as url,
        AsyncOpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0) as client,
    ):
        yield client


def pair(*said: Any) -> list[Member]:
    return [Member(name, each) for name, each in zip("ab", said, strict=True)]


async def test_an_answer_with_its_costs_and_headers() -> None:
    async with sdk(gateway_of(pair("42", "42"), fusions=PAIR)) as client:
        raw = await client.chat.completions.with_raw_response.create(model="fusion/pair", messages=ASKED)
        answer = raw.parse()
    assert answer.choices[0].message.content == "42"
    assert answer.usage is not None
    assert answer.usage.total_tokens == 24
    assert (answer.usage.model_extra or {})["cost"] == pytest.approx(0.02)
    assert raw.headers["x-fusion-status"] == "ok"


async def test_a_stream() -> None:
    async with sdk(gateway_of(pair("forty-two and some more words", "42"))) as client:
        counted: Any = {"include_usage": True}
        stream = await client.chat.completions.create(model="a", messages=ASKED, stream=True, stream_options=counted)
        chunks = [chunk async for chunk in stream]
    said = "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)
    assert said == "forty-two and some more words"
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.completion_tokens == 2


async def test_a_tool_is_called_streamed_or_not() -> None:
    made = [ToolCall(id="c1", name="add", arguments='{"by": 2}')]
    async with sdk(gateway_of(pair(made, made), fusions=PAIR)) as client:
        whole = await client.chat.completions.create(model="fusion/pair", messages=ASKED, tools=ADD)
        async with client.chat.completions.stream(model="fusion/pair", messages=ASKED, tools=ADD) as stream:
            streamed = await stream.get_final_completion()
    for answer in (whole, streamed):
        calls = answer.choices[0].message.tool_calls
        assert calls is not None
        (call,) = calls
        assert isinstance(call, ChatCompletionMessageFunctionToolCall)
        assert (call.function.name, call.function.arguments) == ("add", '{"by": 2}')
        assert answer.choices[0].finish_reason == "tool_calls"


class Total(BaseModel):
    """A shape."""

    total: int


async def test_an_answer_of_a_given_shape() -> None:
    member = Member("a", '{"total": 42}')
    async with sdk(gateway_of([member])) as client:
        answer = await client.chat.completions.parse(model="a", messages=ASKED, response_format=Total)
    assert answer.choices[0].message.parsed == Total(total=42)
    shape = member.heard[0].response_schema
    assert shape is not None
    assert shape.json_schema["required"] == ["total"]


async def test_models() -> None:
    async with sdk(gateway_of(pair("1", "2"), fusions=PAIR)) as client:
        assert [model.id async for model in client.models.list()] == ["fusion/pair", "a", "b"]
        assert (await client.models.retrieve("fusion/pair")).owned_by == "wardian"


async def test_refusals_are_the_sdks_own_errors() -> None:
    broke, slow = ModelError("quota_exhausted", "no money"), ModelError("rate_limited", "slow down")
    async with sdk(gateway_of(pair(broke, slow), tokens=["secret"]), key="secret") as client:
        with pytest.raises(NotFoundError, match="there is no model 'c'"):
            await client.chat.completions.create(model="c", messages=ASKED)
        with pytest.raises(BadRequestError, match="temperature"):
            await client.chat.completions.create(model="a", messages=ASKED, temperature=9)
        with pytest.raises(RateLimitError, match="slow down"):
            await client.chat.completions.create(model="b", messages=ASKED)
        with pytest.raises(APIStatusError, match="no money") as caught:
            await client.chat.completions.create(model="a", messages=ASKED, stream=True)
        assert (caught.value.status_code, caught.value.code) == (402, "insufficient_credits")
        with pytest.raises(AuthenticationError):
            await client.with_options(api_key="wrong").models.list()


async def test_a_whole_gateway_with_a_provider_of_its_own() -> None:
    """From a config to an answer: pool, quota, fusion, and a simulated provider over HTTP."""
    async with open_gateway(serve_spec("ab", fusions=PAIR), {}) as app, sdk(app) as client:
        raw = await client.chat.completions.with_raw_response.create(model="fusion/pair", messages=ASKED)
        metrics = await client.with_options(base_url=str(client.base_url).replace("/v1/", "")).get(
            "/metrics", cast_to=str
        )
    assert "simulated model" in (raw.parse().choices[0].message.content or "")
    assert raw.headers["x-wardian-simulated"] == "1"
    assert 'wardian_gateway_requests_total{model="fusion/pair",status="200"} 1.0' in metrics
    assert 'wardian_gateway_fusion_calls_total{member="b",model="fusion/pair",state="ok"} 1.0' in metrics
    assert 'wardian_lane_requests{lane="b"} 1.0' in metrics
