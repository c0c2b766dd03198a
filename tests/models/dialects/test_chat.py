"""What differs between the servers that speak chat completions."""

from typing import Any

import httpx
import orjson
import pytest
from pydantic import ValidationError

from wardian.base.clock import SystemClock
from wardian.base.completion import Completion
from wardian.base.messages import Message, Request, Sampling
from wardian.models.pool import ModelPool, PoolSpec
from wardian.models.quota import LocalQuota
from wardian.models.wire import HttpxWire
from wardian.specs.models import ModelSpec

QUESTION = Request(model="m", messages=(Message(role="user", content="Hi"),), sampling=Sampling(max_tokens=9))
ANSWER = {"choices": [{"message": {"content": "Hello"}, "finish_reason": "stop"}]}


async def asked(spec: dict[str, Any], answer: dict[str, Any]) -> tuple[Completion, httpx.Request]:
    seen: list[httpx.Request] = []

    def provider(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json=answer)

    pool_spec = PoolSpec.of({"m": ModelSpec.model_validate(spec)}, {})
    clock = SystemClock()
    network = HttpxWire(httpx.MockTransport(provider))
    async with ModelPool.open(pool_spec, lambda name: "sk-secret", LocalQuota({}, clock), clock, network) as pool:
        return await pool.client("m").complete(QUESTION), seen[0]


@pytest.mark.parametrize(
    ("spec", "url", "key", "body"),
    [
        (
            {"base_url": "https://openrouter.ai/api/v1", "model": "vendor/m"},
            "https://openrouter.ai/api/v1/chat/completions",
            ("authorization", "Bearer sk-secret"),
            b'{"model":"vendor/m","messages":[{"role":"user","content":"Hi"}],"max_tokens":9}',
        ),
        (
            {"base_url": "https://api.openai.com/v1", "model": "gpt", "dialect": "openai"},
            "https://api.openai.com/v1/chat/completions",
            ("authorization", "Bearer sk-secret"),
            b'{"model":"gpt","messages":[{"role":"user","content":"Hi"}],"max_completion_tokens":9}',
        ),
        (
            {
                "base_url": "https://me.openai.azure.com/openai/deployments/gpt?api-version=2024-10-21",
                "model": "gpt",
                "dialect": "azure",
            },
            "https://me.openai.azure.com/openai/deployments/gpt/chat/completions?api-version=2024-10-21",
            ("api-key", "sk-secret"),
            b'{"model":"gpt","messages":[{"role":"user","content":"Hi"}],"max_completion_tokens":9}',
        ),
    ],
    ids=["chat", "openai", "azure"],
)
async def test_request(spec: dict[str, Any], url: str, key: tuple[str, str], body: bytes) -> None:
    _, request = await asked(spec, ANSWER)
    assert str(request.url) == url
    assert request.content == body
    shown = {name: value for name, value in request.headers.items() if "sk-secret" in value}
    assert shown == {key[0]: key[1]}


async def test_extra_keys_of_the_body() -> None:
    extra = {"reasoning": {"effort": "high"}, "top_k": 5}
    _, request = await asked({"base_url": "http://host/v1", "extra": extra}, ANSWER)
    body = orjson.loads(request.content)
    assert (body["reasoning"], body["top_k"]) == ({"effort": "high"}, 5)


@pytest.mark.parametrize("key", ["messages", "input", "stream", "tools", "model", "n"])
def test_extra_keys_are_not_ours(key: str) -> None:
    with pytest.raises(ValidationError, match=f"'{key}' is for Wardian to say"):
        ModelSpec(base_url="http://host/v1", extra={key: 1})


async def test_what_openrouter_charged_is_the_cost() -> None:
    usage = {
        "prompt_tokens": 10,
        "completion_tokens": 4,
        "cost": 0.00014,
        "prompt_tokens_details": {"cached_tokens": 8},
        "completion_tokens_details": {"reasoning_tokens": 3},
    }
    completion, _ = await asked({"base_url": "http://host/v1"}, {**ANSWER, "usage": usage})
    assert completion.cost_usd == 0.00014
    assert (completion.usage.cached_tokens, completion.usage.reasoning_tokens) == (8, 3)


@pytest.mark.parametrize(
    ("dialect", "url", "header"),
    [
        ("chat", "https://host/v1/models?a=b", "authorization"),
        ("azure", "https://host/v1/models?a=b", "api-key"),
        ("anthropic", "https://host/v1/models?a=b", "x-api-key"),
        ("responses", "https://host/v1/models?a=b", "authorization"),
    ],
)
async def test_preflight_shows_the_key_as_the_dialect_does(dialect: str, url: str, header: str) -> None:
    seen: list[httpx.Request] = []

    def provider(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={})

    spec = ModelSpec.model_validate({"base_url": "https://host/v1?a=b", "dialect": dialect})
    clock = SystemClock()
    opened = ModelPool.open(
        PoolSpec.of({"m": spec}, {}),
        lambda name: "sk-secret",
        LocalQuota({}, clock),
        clock,
        HttpxWire(httpx.MockTransport(provider)),
    )
    async with opened as pool:
        await pool.preflight()
    assert [str(request.url) for request in seen] == [url]
    assert [name for name, value in seen[0].headers.items() if "sk-secret" in value] == [header]
