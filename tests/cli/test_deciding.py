import asyncio

from support.specs import episode_spec

from wardian.cli.deciding import deciding
from wardian.runs.growing import GrowingPlan
from wardian.runs.lull import Lull


async def test_a_plan_ends_with_the_decisions() -> None:
    plan, played = GrowingPlan(), list[str]()

    async def play() -> None:
        for each in plan:
            if isinstance(each, Lull):
                await each.over()
            else:
                played.append(each.task.id)

    async def decide() -> None:
        for task in ("one", "two"):
            plan.add([episode_spec(task)])
            await asyncio.sleep(0)

    await deciding(plan, decide)(play())
    assert played == ["one", "two"]


async def test_nothing_is_decided_any_more_when_playing_ends() -> None:
    ended = list[str]()

    async def decide() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("decide")

    await asyncio.wait_for(deciding(GrowingPlan(), decide)(asyncio.sleep(0)), 1)
    assert ended == ["decide"]
