"""Where in its script a conversation stands, read from the history alone: the simulator keeps no sessions."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import orjson

from wardian.base.messages import Message, ToolCall
from wardian.simulator.conversation import Call, Function, Turn
from wardian.simulator.phrases import GIVING_UP
from wardian.simulator.script import Script

__all__ = ["Position", "locate"]

TRIES = 2
"""A step that fails in the very words of the script is taken for done after so many tries: nothing else would help."""


@dataclass(slots=True)
class Position:
    """What is done of `script`, and how the last move went."""

    script: Script
    index: int = 0
    """The step that comes next; the script's length when all is done."""
    done: set[int] = field(default_factory=set)
    """Calls of that step that were made already, where it has several."""
    last: Function | None = None
    """The last tool call; of several at once the last that went wrong."""
    failed: bool = False
    """The last move was a tool call that went wrong."""
    gave_up: bool = False
    """The last move was to give up."""
    made: dict[tuple[str, str], int] = field(default_factory=dict)
    """How often each call was made."""

    @property
    def next_step(self) -> Message | None:
        """What the script says next, without what is done of it; None at its end."""
        if self.index >= len(self.script):
            return None
        step = self.script.steps[self.index]
        if not self.done:
            return step
        rest = tuple(call for place, call in enumerate(step.tool_calls) if place not in self.done)
        return step.model_copy(update={"tool_calls": rest})

    def moved(self) -> None:
        """The assistant's turn: what went wrong before is past."""
        self.failed = self.gave_up = False

    def said(self, text: str) -> None:
        """The assistant spoke to the user."""
        self.gave_up = text in GIVING_UP
        if not self.gave_up and self.script.is_text(self.index):
            self.index += 1

    def acted(self, call: Function, *, failed: bool) -> None:
        """The assistant called a tool and has its result."""
        key = (call.name, call.arguments)
        tries = self.made[key] = self.made.get(key, 0) + 1
        if failed or not self.failed:
            self.last = call
        self.failed = self.failed or failed
        index = self.script.next_calls(self.index)
        place = self._place(index, call, repeated=tries > 1)
        if place is None or (
            failed and not (tries >= TRIES and _same(self.script.steps[index].tool_calls[place], call))
        ):
            return
        self._tick(index, place)

    def _place(self, index: int, call: Function, *, repeated: bool) -> int | None:
        """Which of the calls of step `index` this one is: the same one, or at least the same tool."""
        if index >= len(self.script):
            return None
        done = self.done if index == self.index else ()
        named: int | None = None
        for place, wanted in enumerate(self.script.steps[index].tool_calls):
            if wanted.name != call.name or place in done:
                continue
            if _same(wanted, call):
                return place
            named = place if named is None else named
        return None if repeated else named

    def _tick(self, index: int, place: int) -> None:
        if index != self.index:
            self.index = index
            self.done = set()
        self.done.add(place)
        if len(self.done) == len(self.script.steps[index].tool_calls):
            self.index += 1
            self.done = set()


def locate(script: Script, history: Sequence[Turn]) -> Position:
    """Replay `history` against `script`. Calls without a result do not count."""
    position = Position(script)
    waiting: dict[str, Call] = {}
    for turn in history:
        if turn.role == "tool":
            call = waiting.pop(turn.tool_call_id or next(iter(waiting), ""), None)
            if call is not None:
                position.acted(call.function, failed=turn.failed)
        elif turn.role == "assistant":
            position.moved()
            waiting = {call.id: call for call in turn.tool_calls or ()}
            if not waiting:
                position.said(turn.text)
    return position


def _same(wanted: ToolCall, made: Function) -> bool:
    """Whether two calls of one tool have equal arguments, however they are written."""
    if wanted.arguments == made.arguments:
        return True
    try:
        return bool(orjson.loads(wanted.arguments) == orjson.loads(made.arguments))
    except orjson.JSONDecodeError:
        return False
