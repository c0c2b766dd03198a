"""One turn of an episode: the world's answer to the agent's message, and the limits."""

from wardian.base.messages import Message
from wardian.environments.environment import Environment
from wardian.episodes.record import Stop
from wardian.episodes.trajectory import Trajectory
from wardian.specs.job import Limits

__all__ = ["answer", "reached_limit"]


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


def reached_limit(trajectory: Trajectory, limits: Limits) -> Stop | None:
    """The limit that allows no further turn; None while there may be one."""
    if trajectory.turn >= limits.turns:
        return "turn_limit"
    if trajectory.errors_in_a_row >= limits.tool_errors:
        return "error_limit"
    if limits.output_tokens is not None and trajectory.output_tokens >= limits.output_tokens:
        return "token_limit"
    return None
