"""The coordinator of a run as an actor of the cluster: whoever has started it may go away.

It is detached, and Ray starts it again when it is lost, on another machine if need be. Then it goes on from the run's
store: what is finished stands in the journal, and its workers, which outlive it, say what they play.
"""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from typing import Final

import ray
from ray.actor import ActorHandle
from ray.exceptions import ActorUnavailableError, GetTimeoutError, RayActorError, RayTaskError

from wardian.base.errors import InfraError
from wardian.base.frozen import Frozen
from wardian.cluster.lifeline import Lifeline
from wardian.cluster.nodes import here
from wardian.cluster.session import NAMESPACE

__all__ = ["Ending", "PlayRun", "RunCoordinator", "check_free", "coordinated", "start_coordinator"]

LINGER_S: Final = 10.0
"""So long the actor can be asked how the run ended; then it goes."""
PAUSE_S: Final = 0.5
ANSWER_S: Final = 2.0
"""So long one that plays is given to say that it has ended."""
PATIENCE_S: Final = 20.0
"""So long a name may stay taken after its actor was ended."""


class Ending(Frozen):
    """How a run ended: the exit code, and in one line what went wrong with the command."""

    code: int
    error: str = ""


PlayRun = Callable[[str, bool], Awaitable[Ending]]
"""Plays the run whose store is at a URL, to its end; a function of a module, for another process imports it.

The second argument: whether somebody else played it before who was lost, and may still hold it.
"""


class RunCoordinator:
    """Plays one run, from the moment when Ray starts this actor.

    Args:
        play: plays it.
        url: of the run's store.
        lifeline: to the cluster. Who is cut off from it ends, so that the run is free for its successor.
    """

    def __init__(self, play: PlayRun, url: str, lifeline: Lifeline) -> None:
        # After a loss Ray calls this again, and nothing else. A call to oneself would not do: Ray may refuse it as long
        # as it has not heard that the actor is there again. The group of this task would be the actor's whole life.
        self._playing = asyncio.ensure_future(play(url, lifeline.restored()))
        self._leaving = asyncio.ensure_future(self._leave())
        lifeline.hold()

    async def ended(self) -> bytes:
        """Wait for the end; an `Ending` as JSON."""
        return (await asyncio.shield(self._playing)).model_dump_json().encode()

    async def pid(self) -> int:
        """Its process, for people and for tests that kill it."""
        return os.getpid()

    async def _leave(self) -> None:
        await asyncio.wait({self._playing})
        await asyncio.sleep(LINGER_S)
        ray.kill(ray.get_runtime_context().current_actor)


def start_coordinator(run: str, play: PlayRun, url: str) -> ActorHandle:
    """Start the run's coordinator, on this machine as long as that is there.

    Raises:
        InfraError: when the run has one already.
    """
    options = {"name": _name(run), "namespace": NAMESPACE, "lifetime": "detached", **here()}
    actor = ray.remote(RunCoordinator).options(max_restarts=-1, max_task_retries=0, **options)
    ends = time.monotonic() + PATIENCE_S
    while True:
        try:
            return actor.remote(play, url, Lifeline())
        except ValueError as error:  # the name is taken, also for a moment by one that is being ended
            if not _ended_is_dismissed(run) or time.monotonic() > ends:
                raise InfraError(f"{run}: is being played on this cluster already") from error
            time.sleep(PAUSE_S)


def check_free(run: str) -> None:
    """Make sure that nobody coordinates the run on this cluster.

    Raises:
        InfraError: when somebody does.
    """
    if not _ended_is_dismissed(run):
        raise InfraError(f"{run}: is being played on this cluster already")


def _ended_is_dismissed(run: str) -> bool:
    """Whether the run's coordinator was only there to tell how the run had ended; then it goes now."""
    try:
        old = ray.get_actor(_name(run), NAMESPACE)
        ray.get(old.ended.remote(), timeout=ANSWER_S)
    except (GetTimeoutError, ActorUnavailableError):
        return False  # it plays, or is being started again
    except (ValueError, RayActorError):
        return True
    except RayTaskError:
        pass  # that is how it ended
    ray.kill(old)
    return True


async def coordinated(run: str, argument: str) -> Ending:
    """Wait for the end of a run. While its coordinator is started again, this waits; it does not fail.

    Args:
        run: its id.
        argument: what commands take for it.

    Raises:
        InfraError: when nobody coordinates the run any more, and nobody knows how it ended.
    """
    while True:
        try:
            actor = await asyncio.to_thread(ray.get_actor, _name(run), NAMESPACE)
            return Ending.model_validate_json(await actor.ended.remote())
        except RayActorError:
            await asyncio.sleep(PAUSE_S)
        except ValueError:
            raise InfraError(
                f"{run}: nobody coordinates it any more; `wardian resume {argument}` plays the rest"
            ) from None


def _name(run: str) -> str:
    return f"wardian/{run}/coordinator"
