"""A simulated model in this process that notes which of its steps it made wrong on purpose."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from planted_texts import TWISTS, Twist

from wardian.agents.unpaid import unpaid
from wardian.base.completion import Completion
from wardian.base.identity import random_stream
from wardian.base.messages import Message, Origin, ToolSchema
from wardian.simulator.behaviour import respond
from wardian.simulator.conversation import Call, Function, Turn
from wardian.simulator.position import locate
from wardian.simulator.script import Script
from wardian.simulator.skill import FAULTS, Fault, Rates

Mistake = Fault | Twist

PERFECT = Rates(accuracy=1.0, faults=(0.0,) * len(FAULTS))


def rates(fault: Mistake, rate: float) -> Rates:
    """One fault at a known rate, and nothing else."""
    return Rates(accuracy=1.0 - rate, faults=tuple(rate * (name == fault) for name in FAULTS))


@dataclass
class PlantedAgent:
    """Follows a reference and makes one kind of mistake: one of the simulator's models, or one in its texts.

    Args:
        reference: what it follows.
        mistake: which one.
        rate: how often, of the steps that give an occasion for it.
        recovery: how often it does the right thing after an error or after giving up.
        seed: decides when.
    """

    reference: Sequence[Message]
    mistake: Mistake
    rate: float
    recovery: float
    seed: int
    occasions: int = 0
    planted: list[int] = field(default_factory=list)
    """Turns, from 1, with a planted mistake."""
    instead: dict[int, Message] = field(default_factory=dict)
    """What would have been right in these turns."""
    after_errors: dict[int, bool] = field(default_factory=dict)
    """Turns after an error or after giving up: whether another call followed, instead of the same again."""
    unfinished: bool = False
    """Whether it made a mistake while calls of the reference were left to make."""
    again: list[int] = field(default_factory=list)
    """Turns in which what the reference does next is the call that has just failed."""
    turn: int = 0

    def __post_init__(self) -> None:
        self._script = Script(self.reference)

    async def act(self, history: Sequence[Message], tools: Sequence[ToolSchema], origin: Origin) -> Completion:
        """The next message; free of charge."""
        self.turn += 1
        turns = [_turn(message) for message in history]
        position = locate(self._script, turns)
        said = self._mistaken(turns, self.rate)
        right = self._say(turns, PERFECT, recovery=1.0)
        if self.mistake not in TWISTS and (position.failed or position.gave_up):
            last = [] if position.last is None else [(position.last.name, position.last.arguments)]
            asked = [(call.name, call.arguments) for call in said.tool_calls]
            self.after_errors[self.turn] = bool(asked) and asked != last
            if _same(said, right) and asked == last:
                self.again.append(self.turn)
        else:
            self.occasions += not _same(self._mistaken(turns, 1.0), right)
            if not _same(said, right):
                self.planted.append(self.turn)
                self.instead[self.turn] = right
                self.unfinished |= self._script.next_calls(position.index) < len(self._script)
        return unpaid(said, "planted")

    def _mistaken(self, turns: Sequence[Turn], rate: float) -> Message:
        """With the mistake at this rate."""
        if self.mistake not in TWISTS:
            return self._say(turns, rates(self.mistake, rate))
        right = self._say(turns, PERFECT, recovery=1.0)
        stream = random_stream(self.seed, len(turns), self.mistake)
        if right.tool_calls or stream.random() >= rate:
            return right
        return right.model_copy(update={"content": TWISTS[self.mistake](right.content, stream)})

    def _say(self, turns: Sequence[Turn], at: Rates, recovery: float | None = None) -> Message:
        stream: random.Random = random_stream(self.seed, len(turns))
        return respond(self._script, turns, at, self.recovery if recovery is None else recovery, stream)


def _turn(message: Message) -> Turn:
    calls = (
        Call(id=each.id, function=Function(name=each.name, arguments=each.arguments)) for each in message.tool_calls
    )
    return Turn(role=message.role, content=message.content, tool_calls=tuple(calls), tool_call_id=message.tool_call_id)


def _same(one: Message, other: Message) -> bool:
    """Ids of calls do not count."""
    calls = [[(call.name, call.arguments) for call in message.tool_calls] for message in (one, other)]
    return one.content == other.content and calls[0] == calls[1]
