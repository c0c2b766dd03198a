"""An episode that is broken off and begun again in one process, before the first is gone."""

import asyncio

from support.memory_store import MemoryStore
from support.specs import episode_spec

from wardian.base.clock import SystemClock
from wardian.base.completion import Completion
from wardian.base.messages import Message, Origin, Request
from wardian.episodes.record import Episode
from wardian.runs.steps.archive import Archive
from wardian.runs.steps.steps import Steps

SPEC = episode_spec()
RECORD = Episode(spec=SPEC, events=(), stop="finished")


class Model:
    name = "m"

    async def complete(self, request: Request) -> Completion:
        return Completion(message=Message(role="assistant", content="yes"), finish="stop", model="m")


async def test_its_calls_are_recorded_also_when_the_first_one_goes_late() -> None:
    store = MemoryStore()
    steps = Steps(store, SystemClock())
    client = steps.client(Model())
    leaves = asyncio.Event()

    async def lingering() -> Episode:
        try:
            await asyncio.Event().wait()
        finally:
            await leaves.wait()
        return RECORD

    async def asking() -> Episode:
        first.cancel()
        await asyncio.sleep(0)
        leaves.set()
        await asyncio.wait({first})
        origin = Origin(episode=SPEC.key, task=SPEC.task.id, path="t1/agent")
        await client.complete(Request(model="m", messages=(Message(role="user", content="?"),), origin=origin))
        return RECORD

    first = asyncio.ensure_future(steps.played(SPEC.key, lingering))
    await asyncio.sleep(0)
    await steps.played(SPEC.key, asking)
    assert first.cancelled()
    assert len(await Archive(store).steps(SPEC.key)) == 1
