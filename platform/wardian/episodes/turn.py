"""One turn of an episode: the world's answer to the agent's message, the limits, and what came of it in the end."""

from wardian.base.deadline import Deadline
from wardian.base.errors import EnvironmentFault
from wardian.base.messages import Message
from wardian.environments.environment import Environment
from wardian.episodes.record import Stop
from wardian.episodes.trajectory import Trajectory
from wardian.specs.job import Limits

__all__ = ["answer", "examine", "reached_limit"]


async def answer(trajectory: Trajectory, environment: Environment, message: Message) -> bool:
    """The world's answer to the agent's message; False when the episode has ended."""
    if not message.tool_calls:
        reply = await environment.reply(message.content)
        if reply is not None:
            done, voiced = environment.done_by_user(), environment.voiced()
            trajectory.answered(reply, environment.digest(), done, voiced)
        return reply is not None
    for call in message.tool_calls:
        begun = trajectory.seconds
        observation = await environment.call(call)
        trajectory.acted(call, observation, environment.digest(), begun)
    return True


async def examine(trajectory: Trajectory, environment: Environment, limits: Limits) -> None:
    """Ask the world what came of it; one that never answers must not hold up the run.

    Raises:
        EnvironmentFault: when it has no findings in time.
    """
    async with Deadline(trajectory.stopwatch.read, limits.examine_s) as examination:
        trajectory.findings = await environment.examine()
    if examination.expired:
        raise EnvironmentFault(f"no findings within {limits.examine_s:g} s (limits.examine_s)")


def reached_limit(trajectory: Trajectory, limits: Limits) -> Stop | None:
    """The limit that allows no further turn; None while there may be one."""
    if trajectory.turn >= limits.turns:
        return "turn_limit"
    if trajectory.errors_in_a_row >= limits.tool_errors:
        return "error_limit"
    if limits.output_tokens is not None and trajectory.output_tokens >= limits.output_tokens:
        return "token_limit"
    return None
