"""One recorded conversation, made again in a world of the pack."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson

from wardian.base.messages import ToolCall
from wardian.environments.environment import Environment
from wardian.environments.pack import Pack
from wardian.fidelity.difference import Difference, differences
from wardian.fidelity.identities import Identities
from wardian.traces.error_class import error_class
from wardian.traces.payload import payload
from wardian.traces.trace import Trace, TracedCall

__all__ = ["Replayed", "replay"]

SEED = 0


@dataclass(frozen=True)
class Replayed:
    """A recorded call and what our world said to it.

    Args:
        trace: the id of its conversation.
        number: its place in it, from 1.
        call: as it was recorded.
        traced: the recorded result's payload, with our ids in place of the trace's.
        ours: our result's payload; None when the pack has no such tool.
        known: whether the pack has the tool.
        classes: the classes of both results' errors, the trace's first; "" is a success.
        ignore: names of fields that are nobody's business.
    """

    trace: str
    number: int
    call: TracedCall
    traced: Any
    ours: Any
    known: bool
    classes: tuple[str, str]
    ignore: frozenset[str]

    @property
    def agrees(self) -> bool:
        """Whether both succeeded, or failed in the same way."""
        return self.known and self.classes[0] == self.classes[1]

    @property
    def exact(self) -> bool:
        """Whether the results are equal in all that matters."""
        return self.agrees and not self.differences

    @property
    def same_shape(self) -> bool:
        """Whether they have the same fields of the same types."""
        return self.agrees and not any(each.is_of_shape for each in self.differences)

    @cached_property
    def differences(self) -> tuple[Difference, ...]:
        """Where they differ; two failures of one class differ in words at most, and those are nobody's promise."""
        if self.agrees and self.classes[0]:
            return ()
        found = differences(self.traced, self.ours)
        return tuple(each for each in found if _last(each.path) not in self.ignore)


async def replay(pack: Pack, trace: Trace, ignore: frozenset[str] = frozenset()) -> list[Replayed]:
    """Make the calls of `trace` in the task that it names, or in the opening state of the pack's first task."""
    tasks = [card.id for card in pack.tasks()]
    world = pack.environment(trace.task if trace.task in tasks else tasks[0])
    try:
        await world.open(SEED)
        return await _replay(world, trace, ignore)
    finally:
        world.close()


async def _replay(world: Environment, trace: Trace, ignore: frozenset[str]) -> list[Replayed]:
    identities = Identities()
    done = []
    for number, call in enumerate(trace.calls, 1):
        theirs = payload(call.result)
        said = error_class(call.error, theirs)
        if call.tool not in {tool.name for tool in world.tools()}:
            done.append(Replayed(trace.id, number, call, theirs, None, False, (said, "unknown_tool"), ignore))
            continue
        arguments = _translated(call.arguments, identities)
        observation = await world.call(ToolCall(id=f"call_{number}", name=call.tool, arguments=arguments))
        ours = payload(observation.text)
        identities.learn(theirs, ours, observation.changes)
        classes = (said, error_class(observation.error, ours))
        done.append(Replayed(trace.id, number, call, identities.translate(theirs), ours, True, classes, ignore))
    return done


def _translated(arguments: str, identities: Identities) -> str:
    """With our ids. What is no JSON stays as it was: the world refuses it as production did."""
    try:
        return orjson.dumps(identities.translate(orjson.loads(arguments))).decode()
    except orjson.JSONDecodeError:
        return arguments


def _last(path: str) -> str:
    return path.rpartition(".")[2].partition("[")[0]
