"""The decisive step: the first one from whose state the reference can no longer succeed."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final, Literal

from wardian.base.errors import Failure, boundary
from wardian.base.frozen import Frozen
from wardian.base.messages import Message
from wardian.environments.environment import Environment
from wardian.episodes.hindsight.continuations import Continuation, continuations
from wardian.episodes.hindsight.replay import Diverged, Moment, replayed
from wardian.episodes.record import Episode

__all__ = ["Hindsight", "Verdict", "look_back"]

Verdict = Literal["decisive", "open", "hopeless", "diverged", "broken"]
"""`decisive`: there is a step with which success was lost. `open`: from the last state the reference still succeeds; a
limit ended the episode. `hopeless`: not even from the first one, so nothing follows. `diverged`: the pack does not do
again what it did then. `broken`: it fails or hangs when it is played again."""

FAREWELLS: Final = 3
"""How often the reference says nothing more at its end, until the user leaves."""

PATIENCE_S: Final = 60.0
"""For one episode: what takes longer is broken."""


class Hindsight(Frozen):
    """What looking back at a failed episode has shown.

    Args:
        verdict: whether there is such a step, and why not.
        position: of the decisive step in `Episode.events`.
        forks: how often the reference went on from a state.
    """

    verdict: Verdict
    position: int | None = None
    forks: int = 0


async def look_back(episode: Episode, make: Callable[[], Environment], reference: Sequence[Message]) -> Hindsight:
    """Find the decisive step of an episode that failed.

    The record is played again to its end; then the reference goes on from its states, the last one first, until it
    succeeds. A state from which it does shows that until then nothing was lost. One from which it does not shows that
    for the reference only: somebody else may still find a way.

    Args:
        episode: of an environment that is a pure function, and without a model that speaks for the user.
        make: makes the task's environment, without anything around it.
        reference: the solution's messages.
    """
    broken = list[Failure]()
    with boundary(broken.append, cause="environment"):
        async with asyncio.timeout(PATIENCE_S):
            return await _look_back(episode, make, reference)
    return Hindsight(verdict="broken")


async def _look_back(episode: Episode, make: Callable[[], Environment], reference: Sequence[Message]) -> Hindsight:
    world = make()
    try:
        moments = [moment async for moment in replayed(episode, world)]
    except Diverged:
        return Hindsight(verdict="diverged")
    finally:
        world.close()
    lost, forks = None, 0
    for moment in reversed(moments):
        succeeds, tries = await _succeeds(moment, make, reference)
        forks += tries
        if succeeds:
            return Hindsight(verdict="open" if lost is None else "decisive", position=lost, forks=forks)
        lost = moment.position
    return Hindsight(verdict="hopeless", forks=forks)


async def _succeeds(moment: Moment, make: Callable[[], Environment], reference: Sequence[Message]) -> tuple[bool, int]:
    """Whether one of the reference's ways to go on leads to success, and how many were tried."""
    if moment.world is None:
        return False, 0
    tries = 0
    for way in continuations(reference, moment.past):
        tries += 1
        if await _finished(moment.world, make, way):
            return True, tries
    return False, tries


async def _finished(snapshot: bytes, make: Callable[[], Environment], way: Continuation) -> bool:
    world = make()
    try:
        world.restore(snapshot)
        for message in (*way, *[Message(role="assistant")] * FAREWELLS):
            if not await _goes_on(world, message):
                break
        return (await world.examine()).success
    finally:
        world.close()


async def _goes_on(world: Environment, message: Message) -> bool:
    for call in message.tool_calls:
        await world.call(call)
    return bool(message.tool_calls) or await world.reply(message.content) is not None
