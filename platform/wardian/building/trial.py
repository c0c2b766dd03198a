"""Whether the draft tasks work: what a user would misunderstand, or a world refuse, is no draft to begin with."""

from wardian.base.errors import EnvironmentFault
from wardian.environments.environment import Environment
from wardian.environments.pack import Pack

__all__ = ["unsound_templates"]

SEED = 1


async def unsound_templates(pack: Pack) -> frozenset[str]:
    """Templates with a task that its own reference does not solve."""
    return frozenset({card.template for card in pack.tasks() if not await _is_solved(pack, card.id)})


async def _is_solved(pack: Pack, task: str) -> bool:
    world = pack.environment(task)
    try:
        await _play(pack, task, world)
        return (await world.examine()).success
    except EnvironmentFault:
        return False
    finally:
        world.close()


async def _play(pack: Pack, task: str, world: Environment) -> None:
    await world.open(SEED)
    for message in pack.reference(task):
        for call in message.tool_calls:
            await world.call(call)
        if not message.tool_calls and await world.reply(message.content) is None:
            return
