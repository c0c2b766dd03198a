"""Playing scripts in environments, message by message."""

from collections.abc import Sequence
from typing import NamedTuple

from wardian.base.messages import Message
from wardian.environments.environment import Environment
from wardian.environments.observation import Observation

__all__ = ["Played", "patiently", "play"]


class Played(NamedTuple):
    """What came of a script.

    `seen` is what its calls gave, `said` what the user answered to its texts, with None where they left. `needed` is
    how many messages that took, or -1 when the user stayed.
    """

    seen: list[Observation]
    said: list[str | None]
    needed: int


async def play(world: Environment, script: Sequence[Message]) -> Played:
    """Play `script` until the user leaves."""
    played = Played([], [], -1)
    for number, message in enumerate(script, 1):
        played.seen.extend([await world.call(call) for call in message.tool_calls])
        if not message.tool_calls:
            played.said.append(await world.reply(message.content))
            if played.said[-1] is None:
                return played._replace(needed=number)
    return played


async def patiently(world: Environment, script: Sequence[Message]) -> int:
    """Play `script`, and make each call that the server fails once more until it does not; how often it failed."""
    failures = 0
    for message in script:
        for call in message.tool_calls:
            while (await world.call(call)).error in ("timeout", "server_error"):
                failures += 1
        if not message.tool_calls:
            await world.reply(message.content)
    return failures
