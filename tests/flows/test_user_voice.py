"""A user whose words a model finds, in a job."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from wardian.assembly import WorkOrder, open_play
from wardian.base.clients import Permit, Quota, Standing
from wardian.base.clock import SystemClock
from wardian.environments.packs import load_packs
from wardian.models.quota import LocalQuota
from wardian.models.wire import HttpxWire
from wardian.runs.plan import Plan
from wardian.specs.job import JobSpec

PACKS = (Path(__file__).parents[1] / "support" / "packs",)
LINE_S = 0.5
JOB = JobSpec.model_validate(
    {
        "name": "voiced",
        "environments": [{"pack": "counter", "tasks": 1, "user": {"model": "m", "tries": 1}}],
        "models": {"m": {"base_url": "https://x.invalid/v1", "price": {"input": 0, "output": 0}}},
        "agents": [{"kind": "reference"}],
        "limits": {"wall_s": 0.9 * LINE_S},
    }
)


class LongLine:
    """Lets the first call wait."""

    def __init__(self, inner: Quota) -> None:
        self._waits = True
        self._inner = inner
        self.free, self.hear, self.allowance = inner.free, inner.hear, inner.allowance

    @asynccontextmanager
    async def admit(self, model: str, *, tokens: int, standing: Standing | None = None) -> AsyncIterator[Permit]:
        if self._waits:
            self._waits = False
            await asyncio.sleep(LINE_S)
        async with self._inner.admit(model, tokens=tokens, standing=standing) as permit:
            yield permit


def speaking(request: httpx.Request) -> httpx.Response:
    choice = {"message": {"role": "assistant", "content": "Well now, then count"}, "finish_reason": "stop"}
    return httpx.Response(200, json={"choices": [choice], "usage": {"prompt_tokens": 1, "completion_tokens": 1}})


async def test_while_the_user_waits_for_a_rate_limit_the_episode_stands_still() -> None:
    order, network = WorkOrder(job=JOB, roots=PACKS), HttpxWire(httpx.MockTransport(speaking))
    (spec,) = Plan(JOB, load_packs(JOB, PACKS))
    async with open_play(order, LongLine(LocalQuota(order.pool.limits, SystemClock())), {}, network) as play:
        scored = await play(spec)
    assert scored.episode.failure is None
    assert scored.episode.stop == "finished"
    assert scored.episode.wall_s > LINE_S
