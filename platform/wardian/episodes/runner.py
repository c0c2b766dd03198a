"""The episode loop. It stays this short: features are agents, environments, clients and scorers."""

import asyncio
from collections.abc import Callable

from wardian.agents.agent import Agent
from wardian.base.clock import Clock
from wardian.base.completion import Completion
from wardian.base.deadline import Deadline, Stopwatch
from wardian.base.errors import boundary
from wardian.environments.environment import Environment
from wardian.episodes.record import Episode, EpisodeSpec
from wardian.episodes.trajectory import Trajectory
from wardian.episodes.turn import answer, examine, reached_limit
from wardian.fusion.failed import FusionFailed, broken_off
from wardian.specs.job import Limits

__all__ = ["run_episode"]


async def run_episode(
    spec: EpisodeSpec,
    make_environment: Callable[[], Environment],
    agent: Agent,
    limits: Limits,
    clock: Clock,
    stopwatch: Stopwatch | None = None,
) -> Episode:
    """Play `spec` to its end. Whatever goes wrong inside becomes the episode's `failure`.

    `stopwatch` has the time of deadlines, where somebody else looks at it too.
    """
    trajectory = Trajectory(spec, clock, stopwatch or Stopwatch(clock))
    with boundary(trajectory.failed, cause="environment"):
        environment = make_environment()
        try:
            await _within_time(trajectory, environment, agent, limits)
            await examine(trajectory, environment, limits)
        finally:
            environment.close()
    return trajectory.record()


async def _within_time(trajectory: Trajectory, environment: Environment, agent: Agent, limits: Limits) -> None:
    """Play; what was reached when the time is over still counts and is examined."""
    async with Deadline(trajectory.stopwatch.read, limits.wall_s) as whole:
        with boundary(trajectory.failed, cause="environment"):
            await _turns(trajectory, environment, agent, limits)
    if whole.expired:
        trajectory.stop = "time_limit"


async def _turns(trajectory: Trajectory, environment: Environment, agent: Agent, limits: Limits) -> None:
    """Turn by turn, until the user is done, a limit is reached or the agent's model gives no answer."""
    opening = await environment.open(trajectory.spec.seed)
    trajectory.opened(opening, environment.digest(), environment.voiced())
    while (reached := reached_limit(trajectory, limits)) is None:
        goes_on = False
        async with Deadline(trajectory.stopwatch.read, limits.turn_s) as turn:
            completion = await _ask(trajectory, environment, agent)
            goes_on = completion is not None and await answer(trajectory, environment, completion.message)
        if turn.expired:
            reached = "turn_time_limit"
            break
        if not goes_on:
            return
    trajectory.stop = reached


async def _ask(trajectory: Trajectory, environment: Environment, agent: Agent) -> Completion | None:
    """The agent's next message; None when there is none, which is not the environment's fault."""
    tools, begun = environment.tools(), trajectory.seconds
    with boundary(trajectory.unanswered(begun)):
        try:
            completion = await agent.act(trajectory.history, tools, trajectory.origin)
        except (FusionFailed, asyncio.CancelledError) as error:
            trajectory.unanswered_fusion = broken_off(error)  # its calls are paid for all the same
            raise
        trajectory.asked(completion, begun)
        return completion
    return None
