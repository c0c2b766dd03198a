"""Decisions that are made while episodes are played, and lead to more of them."""

import asyncio
from collections.abc import Awaitable, Callable

from wardian.runs.growing import GrowingPlan

__all__ = ["Along", "deciding"]

Along = Callable[[Awaitable[None]], Awaitable[None]]
"""Lets what it is given play to its end, and does something else meanwhile."""


def deciding(plan: GrowingPlan, decide: Callable[[], Awaitable[object]]) -> Along:
    """Let `decide` add to `plan` while that is played; the plan ends with the decisions, and these with what is played.

    Args:
        plan: what is played.
        decide: whoever asks for more until all is decided.
    """

    async def decided() -> None:
        await decide()
        plan.close()

    async def along(playing: Awaitable[None]) -> None:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(decided())
            await playing
            task.cancel()

    return along
