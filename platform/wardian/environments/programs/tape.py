"""All that has come into a program from outside: whoever plays it again gets to the same place."""

from typing import Literal

from wardian.base.frozen import Frozen
from wardian.base.messages import ToolCall

__all__ = ["Call", "Input", "Tape", "Text"]


class Call(Frozen):
    """The agent has called a tool."""

    kind: Literal["call"] = "call"
    call: ToolCall


class Text(Frozen):
    """The agent has said something."""

    kind: Literal["text"] = "text"
    text: str


Input = Call | Text


class Tape(Frozen):
    """What an episode was given, and where that has led.

    Args:
        seed: of the episode; None before it is opened.
        inputs: in their order.
        digest: of the state then.
        heard: of all that the agent was told by then.
    """

    seed: int | None
    inputs: tuple[Input, ...]
    digest: str
    heard: str
