"""BFCL's ground truth as the messages of an assistant."""

import itertools
from collections.abc import Iterator

from wardian.base.messages import Message, ToolCall

from .calls import Call
from .scenario import Scenario

__all__ = ["reference_messages"]

DONE = "Done."
CANNOT = "I cannot do this yet: a function or a piece of information is missing."


def reference_messages(scenario: Scenario) -> list[Message]:
    """One message for each call, for later calls need earlier results; then a text that ends the turn."""
    numbers = itertools.count(1)
    return [message for turn in scenario.solution for message in _turn(turn, numbers)]


def _turn(calls: tuple[Call, ...], numbers: Iterator[int]) -> Iterator[Message]:
    for call in calls:
        asked = ToolCall(id=f"call_{next(numbers)}", name=call.name, arguments=call.json_arguments)
        yield Message(role="assistant", tool_calls=(asked,))
    yield Message(role="assistant", content=DONE if calls else CANNOT)
