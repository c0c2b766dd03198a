"""The decisive step: the first one from whose state the reference can no longer succeed."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final, Literal

from wardian.base.errors import Failure, boundary
from wardian.base.frozen import Frozen
from wardian.base.messages import Message
from wardian.environments.environment import Environment
from wardian.episodes.hindsight.forks import Forks
from wardian.episodes.hindsight.replay import Diverged, replayed
from wardian.episodes.record import Episode

__all__ = ["Hindsight", "Verdict", "look_back"]

Verdict = Literal["decisive", "open", "hopeless", "diverged", "broken"]
"""`decisive`: there is a step with which success was lost. `open`: from the last state the reference still succeeds; a
limit ended the episode. `hopeless`: not even from the first one, so nothing follows. `diverged`: the pack does not do
again what it did then. `broken`: it fails or hangs when it is played again."""

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
    lost, forks = None, Forks(make, reference)
    for moment in reversed(moments):
        if await forks.saving(moment) is not None:
            return Hindsight(verdict="open" if lost is None else "decisive", position=lost, forks=forks.count)
        lost = moment.position
    return Hindsight(verdict="hopeless", forks=forks.count)
