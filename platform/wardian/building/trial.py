"""Whether the draft tasks work: what a user would misunderstand, or a world refuse, is no draft to begin with."""

from collections.abc import Sequence

from wardian.base.errors import EnvironmentFault
from wardian.base.messages import Message
from wardian.environments.environment import Environment
from wardian.environments.pack import Pack

__all__ = ["unsound_templates"]

SEED = 1
TURNS = 8


async def unsound_templates(pack: Pack) -> frozenset[str]:
    """Templates with a task that its own reference does not solve, or that is solved by repeating what was said."""
    return frozenset({card.template for card in pack.tasks() if not await _is_sound(pack, card.id)})


async def _is_sound(pack: Pack, task: str) -> bool:
    try:
        return await _solves(pack, task, pack.reference(task)) and not await _solves(
            pack, task, await _echo(pack, task)
        )
    except EnvironmentFault:
        return False


async def _solves(pack: Pack, task: str, script: Sequence[Message]) -> bool:
    world = pack.environment(task)
    try:
        await world.open(SEED)
        await _play(world, script)
        return (await world.examine()).success
    finally:
        world.close()


async def _echo(pack: Pack, task: str) -> list[Message]:
    """What somebody says who repeats the policy and the request."""
    world = pack.environment(task)
    heard = "\n".join(message.content for message in await world.open(SEED))
    world.close()
    return [Message(role="assistant", content=heard)] * TURNS


async def _play(world: Environment, script: Sequence[Message]) -> None:
    for message in script:
        for call in message.tool_calls:
            await world.call(call)
        if not message.tool_calls and await world.reply(message.content) is None:
            return
