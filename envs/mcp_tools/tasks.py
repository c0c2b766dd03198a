"""The tasks that a user writes for a server: what is asked, how it is done, and what shows that it was done."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import orjson
import yaml
from pydantic import Field, TypeAdapter, ValidationError, field_validator

from wardian.base.errors import ConfigError
from wardian.base.frozen import Frozen, JsonObject
from wardian.base.messages import Message, ToolCall

__all__ = ["Asked", "Called", "Check", "Said", "Task", "read_tasks"]


class Matching(Frozen):
    """A check that reads a text."""

    matches: str
    """A regular expression that is looked for."""

    @field_validator("matches")
    @classmethod
    def _is_one(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"no regular expression: {error}") from None
        return pattern


class Said(Matching):
    """What the agent said to the user matches."""


class Called(Frozen):
    """A tool was called with success, with these arguments among its own."""

    called: str
    arguments: JsonObject = {}


class Asked(Matching):
    """In the end, a tool is called to look at the server's state, and its answer matches."""

    ask: str
    arguments: JsonObject = {}


Check = Asked | Called | Said


class Step(Frozen):
    """A step of the reference solution: a tool call, or a text for the user."""

    call: str | None = None
    arguments: JsonObject = {}
    say: str = ""

    def message(self, number: int) -> Message:
        """As an assistant's message."""
        if self.call is None:
            return Message(role="assistant", content=self.say)
        text = orjson.dumps(self.arguments).decode()
        made = ToolCall(id=f"call_{number}", name=self.call, arguments=text)
        return Message(role="assistant", content=self.say, tool_calls=(made,))


class Task(Frozen):
    """One task. Its user says one thing, and hears one answer, which ends the episode."""

    id: str
    prompt: str
    policy: str = ""
    checks: Annotated[tuple[Check, ...], Field(min_length=1)]
    reference: tuple[Step, ...] = ()

    @property
    def solution(self) -> Sequence[Message]:
        """The reference as messages."""
        return [step.message(number) for number, step in enumerate(self.reference, start=1)]


TASKS: TypeAdapter[tuple[Task, ...]] = TypeAdapter(Annotated[tuple[Task, ...], Field(min_length=1)])


def read_tasks(path: Path) -> Mapping[str, Task]:
    """The tasks of a file by their ids.

    Raises:
        ConfigError: one line with the file and the first thing that is wrong in it.
    """
    try:
        document: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        tasks = TASKS.validate_python(document)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError(f"pack 'mcp_tools', {path}: cannot be read: {' '.join(str(error).split())}") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise ConfigError(f"pack 'mcp_tools', {path}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    found = {task.id: task for task in tasks}
    if len(found) < len(tasks):
        raise ConfigError(f"pack 'mcp_tools', {path}: two tasks have the same id")
    return found
