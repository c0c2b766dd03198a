"""A member that is not waited for, seen from its provider: over real HTTP the connection is closed."""

import asyncio

import orjson

from wardian.base.clock import SystemClock
from wardian.base.messages import Message, Request
from wardian.clients import clients_of
from wardian.models.pool import ModelPool, PoolSpec
from wardian.models.quota import LocalQuota
from wardian.simulator.asgi import Receive, Scope, Send
from wardian.simulator.local import served
from wardian.specs.job import JobSpec

PRICE = {"input": 1.0, "output": 2.0}
ANSWER = {
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "yes"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 10, "completion_tokens": 5},
}


class Provider:
    """Answers at once, but for the model `slow`, whose callers it misses when they leave."""

    def __init__(self) -> None:
        self.left = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        model = orjson.loads((await receive())["body"])["model"]
        if model == "slow":
            try:
                await asyncio.sleep(60.0)
            except asyncio.CancelledError:
                self.left.set()
                raise
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
        await send({"type": "http.response.body", "body": orjson.dumps(ANSWER)})


async def test_the_provider_sees_that_nobody_waits_for_it_any_more() -> None:
    provider, clock = Provider(), SystemClock()
    async with served(provider, deserting=True) as url:
        job = JobSpec.model_validate(
            {
                "name": "j",
                "environments": [{"pack": "p"}],
                "models": {name: {"base_url": f"{url}/v1", "price": PRICE} for name in ("a", "b", "slow")},
                "fusions": {"f": {"members": ["slow", "a", "b"]}},
                "agents": [{"name": "x", "model": "fusion/f"}],
            }
        )
        spec = PoolSpec.of(job.called, {})
        async with ModelPool.open(spec, lambda _: None, LocalQuota({}, clock), clock) as pool:
            client = clients_of(job, pool.client, clock)["fusion/f"]
            request = Request(model="fusion/f", messages=(Message(role="user", content="?"),))
            fused = (await client.complete(request)).fusion
            await asyncio.wait_for(provider.left.wait(), 5.0)
    assert fused is not None
    assert [answer.state for answer in fused.answers] == ["cancelled", "ok", "ok"]
    assert fused.answers[0].usage.estimated
    assert (fused.answers[0].cost_usd or 0.0) > 0.0
    assert fused.elapsed_s < 5.0
