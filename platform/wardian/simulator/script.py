"""A reference solution, prepared for being followed."""

import re
from collections.abc import Sequence
from typing import Final

from wardian.base.messages import Message

__all__ = ["Script"]

ASKS_TO_CONFIRM: Final = re.compile(
    r"\bconfirm|\bproceed\b|\bgo ahead\b|\b(?:shall|should|may|can) I\b"
    r"|\bis (?:that|this) (?:ok|okay|right|all right|correct)\b|\byes\b.{0,12}\bno\b|\bdo you agree\b",
    re.IGNORECASE | re.DOTALL,
)


class Script:
    """The assistant's messages that solve a task, in order: texts for the user and tool calls."""

    def __init__(self, messages: Sequence[Message]) -> None:
        self.steps = tuple(messages)
        self._asking = [self._asks(index) for index in range(len(self.steps))]

    def __len__(self) -> int:
        return len(self.steps)

    def is_text(self, index: int) -> bool:
        """Whether step `index` speaks to the user."""
        return index < len(self.steps) and not self.steps[index].tool_calls

    def asks_to_confirm(self, index: int) -> bool:
        """Whether step `index` asks the user to confirm the tool call that follows it."""
        return index < len(self.steps) and self._asking[index]

    def next_calls(self, index: int) -> int:
        """The first step from `index` on that calls tools; the script's length when there is none."""
        while self.is_text(index):
            index += 1
        return index

    def _asks(self, index: int) -> bool:
        message = self.steps[index]
        if message.tool_calls or index + 1 >= len(self.steps) or not self.steps[index + 1].tool_calls:
            return False
        return ASKS_TO_CONFIRM.search(message.content) is not None
