"""Judged turns that were broken off: the judge is shown the same candidates again, and nobody is paid twice."""

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest
from support.members import Speaker
from support.memory_store import MemoryStore
from support.panels import RunVirtual, spec_of
from support.specs import episode_spec

from wardian.base.clients import ModelClient
from wardian.base.clock import SystemClock
from wardian.base.completion import Completion
from wardian.base.messages import Message, Origin, Request
from wardian.base.usage import CallTiming
from wardian.episodes.record import Episode
from wardian.fusion.opening import fused_client
from wardian.fusion.tariffs import Tariffs
from wardian.runs.steps.steps import Steps
from wardian.specs.endpoints import EndpointSpec, PriceSpec

PLACE = EndpointSpec(base_url="https://x.test/v1", price=PriceSpec(input=1.0, output=10.0))
TARIFFS = Tariffs({name: [PLACE] for name in "abcj"})
QUESTION = Request(
    model="fusion/f",
    messages=(Message(role="user", content="?" * 400),),
    origin=Origin(episode="e", task="t", path="t1/agent"),
)
BEST_OF: dict[str, Any] = {"mode": "best_of", "members": ["a", "b", "c"], "judge": {"model": "j", "orders": 2}}
RECORD = Episode(spec=episode_spec(), events=(), stop="finished")
CRASH_S = 30.0
"""When the process is lost: the judge has answered in one order, and not yet in the other."""


class Timed(Speaker):
    """Says how long it took."""

    async def complete(self, request: Request) -> Completion:
        completion = await super().complete(request)
        return completion.model_copy(update={"timing": CallTiming(total_s=self.after_s)})


@dataclass
class Arbiter(Timed):
    """Judges in one order sooner than in the other."""

    async def complete(self, request: Request) -> Completion:
        assert request.origin is not None
        if request.origin.path.endswith("/2"):
            await asyncio.sleep(60.0)
        return await super().complete(request)


def panel(**third: Any) -> list[Timed]:
    verdict = '{"ranking": ["A", "B"], "confidence": 0.9, "none_acceptable": false}'
    return [Timed("a", "one"), Timed("b", "two"), Timed("c", "three", **third), Arbiter("j", verdict, 10.0)]


async def answered(store: MemoryStore, collect: dict[str, Any], models: list[Timed]) -> tuple[Completion, int]:
    """What one process hears, and in which attempt."""
    heard: list[Completion] = []
    async with Steps(store, SystemClock()) as steps:
        clients: dict[str, ModelClient] = {model.name: steps.client(model) for model in models}
        fused = fused_client("fusion/f", spec_of(**BEST_OF, collect=collect), clients, SystemClock(), TARIFFS)
        client = steps.client(fused)

        async def once() -> Episode:
            heard.append(await client.complete(QUESTION))
            return RECORD

        attempt = (await steps.played("e", once)).attempt
    return heard[0], attempt


async def broken_off(store: MemoryStore, collect: dict[str, Any], models: list[Timed]) -> None:
    playing = asyncio.ensure_future(answered(store, collect, models))
    await asyncio.sleep(CRASH_S)
    playing.cancel()
    await asyncio.gather(playing, return_exceptions=True)


def told(completion: Completion) -> list[tuple[str, str, float | None]]:
    """What came of each call, and its cost."""
    assert completion.fusion is not None
    return [(each.seat, each.state, each.cost_usd) for each in completion.fusion.answers]


@pytest.mark.parametrize(
    ("collect", "third", "state"),
    [
        ({"member_timeout_s": 5.0}, {"after_s": 60.0}, "timeout"),
        ({"quorum": 2}, {"after_s": 60.0}, "cancelled"),
        ({"quorum": 2, "cancel": False}, {"after_s": 5.0}, "late"),
        ({}, {"after_s": 5.0, "kind": "stalled"}, "error"),
    ],
)
def test_who_was_not_there_in_time_is_not_there_on_resume_either_and_costs_the_same(
    run_virtual: RunVirtual, collect: dict[str, Any], third: dict[str, Any], state: str
) -> None:
    async def main() -> None:
        whole, _ = await answered(MemoryStore(), collect, panel(**third))
        await broken_off(store := MemoryStore(), collect, panel(**third))
        resumed, attempt = await answered(store, collect, models := panel(after_s=0.0))
        assert attempt == 1
        assert [len(model.asked) for model in models] == [0, 0, 0, 1], "only the verdict that was missing"
        assert told(resumed)[2][:2] == ("c", state)
        assert told(resumed) == told(whole)
        assert resumed.fusion
        assert whole.fusion
        assert (resumed.fusion.ended, resumed.fusion.degraded) == (whole.fusion.ended, whole.fusion.degraded)
        assert resumed.message == whole.message

    run_virtual(main())


def test_a_process_that_is_stopped_leaves_nobody_behind_as_cut_off(run_virtual: RunVirtual) -> None:
    async def main() -> None:
        await broken_off(store := MemoryStore(), {}, panel(after_s=60.0))
        resumed, attempt = await answered(store, {}, models := panel(after_s=2.0))
        assert attempt == 1
        assert [len(model.asked) for model in models[:3]] == [0, 0, 1]
        assert [state for _, state, _ in told(resumed)[:3]] == ["ok"] * 3

    run_virtual(main())


async def nested(store: MemoryStore, after_s: float) -> Completion:
    """A vote of a fusion that says nothing, of one that answers, and of one that takes its time."""
    said: list[Completion] = []
    async with Steps(store, SystemClock()) as steps:
        models = Timed("a", " "), Timed("b", " "), Timed("c", after_s=2.0), Timed("d", after_s=after_s)
        clients: dict[str, ModelClient] = {model.name: steps.client(model) for model in models}
        within = fused_client("fusion/g", spec_of(members=["a", "b"]), clients, SystemClock(), TARIFFS)
        clients["fusion/g"] = steps.client(within)
        spec = spec_of(members=["fusion/g", "c", "d"], min_share=1)
        client = steps.client(fused_client("fusion/f", spec, clients, SystemClock(), TARIFFS))

        async def once() -> Episode:
            said.append(await client.complete(QUESTION))
            return RECORD

        await steps.played("e", once)
    return said[0]


def test_a_fusion_within_that_failed_is_paid_for_on_resume_too(run_virtual: RunVirtual) -> None:
    async def main() -> None:
        playing = asyncio.ensure_future(nested(store := MemoryStore(), 60.0))
        await asyncio.sleep(CRASH_S)
        playing.cancel()
        await asyncio.gather(playing, return_exceptions=True)
        resumed = await nested(store, 1.0)
        assert told(resumed) == [("fusion/g", "error", 1.0), ("c", "ok", 0.5), ("d", "ok", 0.5)]

    run_virtual(main())
