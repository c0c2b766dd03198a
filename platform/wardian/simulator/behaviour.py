"""What a simulated model says next: a pure function of the script, the history, the rates and the stream."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from wardian.base.messages import Message, ToolCall
from wardian.simulator.arguments import invented_id, wrong_argument
from wardian.simulator.conversation import Turn
from wardian.simulator.phrases import GIVING_UP, GOODBYE
from wardian.simulator.position import Position, locate
from wardian.simulator.script import Script
from wardian.simulator.skill import Fault, Rates

__all__ = ["respond"]


@dataclass(frozen=True, slots=True)
class Scene:
    """What a model has before it when it decides."""

    position: Position
    history: Sequence[Turn]
    stream: random.Random

    @property
    def right(self) -> Message:
        """The reference's next step, a goodbye after its end."""
        step = self.position.next_step
        return Message(role="assistant", content=GOODBYE) if step is None else step


def respond(script: Script, history: Sequence[Turn], rates: Rates, recovery: float, stream: random.Random) -> Message:
    """The assistant's next message. After an error and after giving up, `recovery` decides; else the rates do.

    A fault that the step gives no occasion for (an invented id where no id is due) is not made.
    """
    scene = Scene(locate(script, history), history, stream)
    if scene.position.failed or scene.position.gave_up:
        stuck = _loop if scene.position.failed else _give_up
        said = None if stream.random() < recovery else stuck(scene)
    else:
        fault = rates.draw(stream)
        said = None if fault is None else FAULTS[fault](scene)
    return _with_new_ids(said or scene.right, len(history))


def _wrong_argument(scene: Scene) -> Message | None:
    return _altered(scene, lambda arguments: wrong_argument(arguments, scene.history, scene.stream))


def _hallucinated_id(scene: Scene) -> Message | None:
    return _altered(scene, lambda arguments: invented_id(arguments, scene.history, scene.stream))


def _loop(scene: Scene) -> Message | None:
    last = scene.position.last
    if last is None:
        return None
    return Message(role="assistant", tool_calls=(ToolCall(id="", name=last.name, arguments=last.arguments),))


def _skip_confirmation(scene: Scene) -> Message | None:
    position = scene.position
    if not position.script.asks_to_confirm(position.index):
        return None
    return position.script.steps[position.index + 1]


def _give_up(scene: Scene) -> Message:
    return Message(role="assistant", content=scene.stream.choice(GIVING_UP))


FAULTS: Final[Mapping[Fault, Callable[[Scene], Message | None]]] = {
    "wrong_argument": _wrong_argument,
    "hallucinated_id": _hallucinated_id,
    "loop": _loop,
    "skip_confirmation": _skip_confirmation,
    "give_up": _give_up,
}


def _altered(scene: Scene, alter: Callable[[str], str | None]) -> Message | None:
    """The right step with the arguments of its first call altered."""
    right = scene.right
    if not right.tool_calls:
        return None
    first, *others = right.tool_calls
    arguments = alter(first.arguments)
    if arguments is None:
        return None
    return Message(
        role="assistant",
        content=right.content,
        tool_calls=(ToolCall(id=first.id, name=first.name, arguments=arguments), *others),
    )


def _with_new_ids(message: Message, turn: int) -> Message:
    """Ids that are new in this conversation, nine letters and digits as the strictest provider writes them."""
    if not message.tool_calls:
        return message
    calls = tuple(
        ToolCall(id=f"c{turn % 0x10000:04x}{place % 0x10000:04x}", name=call.name, arguments=call.arguments)
        for place, call in enumerate(message.tool_calls)
    )
    return Message(role="assistant", content=message.content, tool_calls=calls)
