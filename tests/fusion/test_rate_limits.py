"""Panels under rate limits: an n-fold demand neither deadlocks nor lets the young overtake the old."""

import asyncio
from typing import Any

import pytest
from support.judges import ScriptedJudge, prefers
from support.members import Speaker
from support.panels import RunVirtual, fusion_of

from wardian.base.clients import ModelClient
from wardian.base.clock import SystemClock
from wardian.base.deadline import Stopwatch
from wardian.base.fused import FusionResult
from wardian.base.messages import Message, Origin, Request
from wardian.models.ledger import RateLimit
from wardian.models.quota import LocalQuota
from wardian.models.retry import RetryingClient, RetryPolicy

CLOCK = SystemClock()
MEMBERS = ("a", "b", "c", "d", "e")
RPM = 600


def limited(client: ModelClient, quota: LocalQuota) -> RetryingClient:
    return RetryingClient(client, quota, RetryPolicy(), CLOCK)


def asked_by(episode: int, began_at: float) -> Request:
    origin = Origin(episode=f"e{episode}", task="t", path="t1/agent", began_at=began_at, stopwatch=Stopwatch(CLOCK))
    return Request(model="f", messages=(Message(role="user", content="?"),), origin=origin)


def test_panels_with_a_judge_share_one_limit_and_the_oldest_goes_first(run_virtual: RunVirtual) -> None:
    """A permit is for one call and nobody holds one while it waits for another: half a panel blocks nobody."""
    panels = 40

    async def main() -> list[int]:
        quota = LocalQuota({name: RateLimit(rpm=RPM) for name in (*MEMBERS, "judge")}, CLOCK, lane_of=lambda _: "all")
        members = [limited(Speaker(name, name, after_s=0.5), quota) for name in MEMBERS]
        judge = limited(ScriptedJudge(prefers("a")), quota)
        client = fusion_of("f", members, judge, mode="best_of", judge="judge")
        ended: list[int] = []

        async def one(episode: int) -> None:
            await client.complete(asked_by(episode, began_at=float(episode)))
            ended.append(episode)

        async with asyncio.timeout(600.0), asyncio.TaskGroup() as group:
            for episode in reversed(range(panels)):
                group.create_task(one(episode))
        calls = panels * (len(MEMBERS) + 2)
        assert asyncio.get_running_loop().time() == pytest.approx(calls / RPM * 60, rel=0.2)
        return ended

    ended = run_virtual(main())
    moved = [abs(place - episode) for place, episode in enumerate(ended)]
    assert len(ended) == panels
    assert sorted(moved)[int(0.9 * panels)] <= 8, "whose calls wait for each other is done about in turn"


def test_a_panel_starts_with_what_fits_and_needs_no_more_than_its_quorum(run_virtual: RunVirtual) -> None:
    async def main() -> FusionResult:
        quota = LocalQuota({"slow": RateLimit(rpm=1)}, CLOCK)
        async with quota.admit("slow", tokens=1):
            pass
        slow = Speaker("slow")
        members: list[ModelClient] = [Speaker("a"), Speaker("b", "no"), limited(slow, quota)]
        said: dict[str, Any] = {"collect": {"quorum": 2, "deadline_s": 30}}
        result = (await fusion_of("f", members, **said).complete(asked_by(1, 0.0))).fusion
        assert result is not None
        assert not slow.asked
        return result

    result = run_virtual(main())
    assert [answer.state for answer in result.answers] == ["ok", "ok", "cancelled"]
    assert (result.ended, round(result.elapsed_s, 6)) == ("grace", 1.25)
    assert (result.cost_usd, result.status) == (1.0, "ok")
