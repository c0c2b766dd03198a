"""What a simulated model knows of the right answer, from the reference solution of the task."""

import re
from typing import Final

import orjson

from wardian.base.identity import canonical_json
from wardian.base.messages import ToolCall
from wardian.simulator.script import Script

__all__ = ["NOBODY_KNOWS", "Knowledge"]

NOBODY_KNOWS: Final = "A simulated answer: nobody knows the right one."
"""What counts as right where there is no reference."""
CALL: Final = re.compile(r"^tool call: (\S+) (.*)$", re.MULTILINE)
"""How a panel shows a call to its judge."""


class Knowledge:
    """The right texts and calls of a task."""

    def __init__(self, script: Script | None) -> None:
        steps = () if script is None else script.steps
        self._calls = {_action(call) for step in steps for call in step.tool_calls}
        self._texts = [step.content for step in steps if step.content and not step.tool_calls] or [NOBODY_KNOWS]

    @property
    def of_question(self) -> bool:
        """Whether the task is answered by one text, or nobody knows how."""
        return not self._calls and len(self._texts) == 1

    @property
    def gold(self) -> str:
        """The first right text: of a question the answer."""
        return self._texts[0]

    def right(self, text: str) -> bool:
        """Whether a candidate that is shown as `text` does or says what some step of the reference does."""
        calls = [ToolCall(id="", name=name, arguments=arguments) for name, arguments in CALL.findall(text)]
        if calls:
            return all(_action(call) in self._calls for call in calls)
        return any(_holds(text, each) for each in self._texts)


def _action(call: ToolCall) -> bytes:
    try:
        return canonical_json([call.name, orjson.loads(call.arguments)])
    except orjson.JSONDecodeError:
        return canonical_json([call.name, call.arguments])


def _holds(text: str, said: str) -> bool:
    """Whether `said` stands in `text` as words of their own."""
    return re.search(rf"(?<![\w.-]){re.escape(said.strip())}(?!\w|[.,]\d)", text, re.IGNORECASE) is not None
