"""Wardian's own client as a run has it: quota, breaker, retries, deadline, typed answer, price."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from asking import Ask, Peer, Setting, main

from wardian.base.clock import SystemClock
from wardian.base.errors import ModelError
from wardian.base.messages import Message, Request
from wardian.models.pool import ModelPool, PoolSpec
from wardian.models.quota import LocalQuota
from wardian.specs.endpoints import PriceSpec
from wardian.specs.models import ModelSpec

ENOUGH = 10**9
"""Limits that are counted and never reached."""


@asynccontextmanager
async def opened(setting: Setting) -> AsyncIterator[Ask]:
    price = PriceSpec(input=1.0, output=2.0)
    limits = {"rpm": setting.rpm or ENOUGH, "tpm": setting.tpm or ENOUGH}
    timeout = {} if setting.timeout_s is None else {"timeout_s": setting.timeout_s}
    pools: dict[str, ModelPool] = {}

    def pool(model: str) -> ModelPool:
        spec = PoolSpec.of({"m": ModelSpec(base_url=setting.url, model=model, price=price, **limits, **timeout)}, {})
        return ModelPool.open(spec, lambda name: setting.key, LocalQuota(spec.limits), SystemClock())

    async def ask(model: str, text: str) -> Any:
        client = (pools.get(model) or pools.setdefault(model, pool(model))).client("m")
        return await client.complete(Request(model="m", messages=(Message(role="user", content=text),)))

    yield ask
    for each in pools.values():
        await each.close()


if __name__ == "__main__":
    main(Peer("wardian", opened, lambda answer: answer.message.content, (ModelError,)))
