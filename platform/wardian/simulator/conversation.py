"""A chat completion request as the simulator reads it: what it does not need is not even built."""

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Any, Final

import orjson
from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Call", "Conversation", "Function", "Turn", "words_about_tools"]

SYSTEM: Final = frozenset({"system", "developer"})


class _Read(BaseModel):
    """Whatever else clients send (tools, sampling, vendor fields) is of no interest here."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Function(_Read):
    """The called tool and its arguments as raw JSON text."""

    name: str
    arguments: str = "{}"


class Call(_Read):
    """One tool call of the assistant."""

    id: str = ""
    function: Function


class Turn(_Read):
    """One message of the conversation."""

    role: str
    content: Any = None
    """A text or a list of parts; checked only when it is read, which is faster."""
    tool_calls: tuple[Call, ...] | None = None
    tool_call_id: str | None = None

    @property
    def text(self) -> str:
        """The content as one text, also when it came in parts."""
        if isinstance(self.content, str):
            return self.content
        if isinstance(self.content, list):
            texts = (part.get("text") for part in self.content if isinstance(part, dict))
            return "\n".join(text for text in texts if isinstance(text, str))
        return ""

    @property
    def failed(self) -> bool:
        """Whether this is the result of a tool call that went wrong."""
        return self.text.startswith('{"error"')


class StreamOptions(_Read):
    """What a stream shall hold besides the answer."""

    include_usage: bool | None = None


class Conversation(_Read):
    """The question to a simulated model."""

    model: str
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    messages: Annotated[tuple[Turn, ...], Field(min_length=1)]

    @cached_property
    def system_prompt(self) -> str:
        """Everything that the model was told in advance: the agent's prompt and the policy."""
        return "\n".join(turn.text for turn in self.messages if turn.role in SYSTEM)

    @property
    def counts(self) -> bool:
        """Whether the usage shall stand at the end of a stream."""
        return self.stream_options is not None and self.stream_options.include_usage is True

    @property
    def last_words(self) -> str:
        """What the user said last."""
        return next((turn.text for turn in reversed(self.messages) if turn.role == "user"), "")


def words_about_tools(body: bytes) -> str:
    """The descriptions of tools and their arguments in the body of a request, a line each; read for whoever minds."""
    try:
        tools = orjson.loads(body).get("tools") or ()
        return "\n".join(word for tool in tools for word in _described(tool))
    except (AttributeError, TypeError, ValueError):
        return ""


def _described(schema: Any) -> Iterator[str]:
    for key, part in schema.items() if isinstance(schema, dict) else ():
        if key == "description" and isinstance(part, str):
            yield part
        else:
            yield from _described(part)
