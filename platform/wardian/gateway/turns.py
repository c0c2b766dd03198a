"""The messages of a chat completion request."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from wardian.base.messages import Message, ToolCall

__all__ = ["Read", "Turn"]


class Read(BaseModel):
    """Keys that are not known are left alone: clients send many."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


class TextPart(Read):
    """A part of a message."""

    type: Literal["text"]
    text: str


Text = str | tuple[TextPart, ...]


class CalledFunction(Read):
    """The called tool, and its arguments as JSON text."""

    name: str
    arguments: str


class Called(Read):
    """One tool call of the assistant."""

    id: str
    type: Literal["function"] = "function"
    function: CalledFunction


class SystemTurn(Read):
    """Instructions."""

    role: Literal["system", "developer"]
    content: Text

    @property
    def message(self) -> Message:
        """As Wardian's."""
        return Message(role="system", content=_plain(self.content))


class UserTurn(Read):
    """What the user says."""

    role: Literal["user"]
    content: Text

    @property
    def message(self) -> Message:
        """As Wardian's."""
        return Message(role="user", content=_plain(self.content))


class AssistantTurn(Read):
    """What the model has said or called."""

    role: Literal["assistant"]
    content: Text | None = None
    tool_calls: tuple[Called, ...] | None = None

    @property
    def message(self) -> Message:
        """As Wardian's."""
        made = [(call.id, call.function) for call in self.tool_calls or ()]
        calls = tuple(ToolCall(id=name, name=each.name, arguments=each.arguments) for name, each in made)
        return Message(role="assistant", content=_plain(self.content), tool_calls=calls)


class ToolTurn(Read):
    """What came of a tool call."""

    role: Literal["tool"]
    content: Text
    tool_call_id: str

    @property
    def message(self) -> Message:
        """As Wardian's."""
        return Message(role="tool", content=_plain(self.content), tool_call_id=self.tool_call_id)


Turn = Annotated[SystemTurn | UserTurn | AssistantTurn | ToolTurn, Field(discriminator="role")]


def _plain(content: Text | None) -> str:
    """The content as one text, also when it came in parts."""
    if content is None or isinstance(content, str):
        return content or ""
    return "\n".join(part.text for part in content)
