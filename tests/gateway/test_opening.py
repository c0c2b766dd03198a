"""A gateway as it is opened from a config, over providers that answer over HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import orjson
from support.gateways import QUESTION, caller

from wardian.gateway.opening import open_gateway
from wardian.simulator.asgi import Receive, Scope, Send
from wardian.simulator.bodies import whole_body
from wardian.simulator.local import served
from wardian.specs.serving import ServeSpec

ANSWER = {
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "42"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 10, "completion_tokens": 5},
}


class Provider:
    """Says 42, or what is wrong: the status that it has for a model."""

    def __init__(self, **statuses: int) -> None:
        self._statuses = statuses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        status = self._statuses.get(orjson.loads(await whole_body(receive))["model"], 200)
        body = ANSWER if status == 200 else {"error": {"message": "no"}}
        headers = [(b"content-type", b"application/json"), (b"retry-after", b"7200")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": orjson.dumps(body)})


@asynccontextmanager
async def gateway_over(provider: Provider, **said: Any) -> AsyncIterator[httpx.AsyncClient]:
    async with served(provider) as url:
        models = {name: {"base_url": f"{url}/v1"} for name in "abc"}
        spec = ServeSpec.model_validate({"name": "try", "models": models, **said})
        async with open_gateway(spec, {}) as app, caller(app) as http:
            yield http


async def test_a_refused_key_is_one_members_error() -> None:
    panels = {"one": {"members": ["a", "c"]}, "two": {"members": ["b", "fusion/one"]}}
    async with gateway_over(Provider(c=401), fusions=panels) as http:
        for name in panels:
            reply = await http.post("/v1/chat/completions", json={"model": f"fusion/{name}", **QUESTION})
            assert (reply.status_code, reply.json()["choices"][0]["message"]["content"]) == (200, "42")


async def test_how_long_a_provider_asks_to_wait_is_passed_on() -> None:
    async with gateway_over(Provider(a=429)) as http:
        reply = await http.post("/v1/chat/completions", json={"model": "a", **QUESTION})
    assert (reply.status_code, reply.headers["retry-after"]) == (429, "7200")
