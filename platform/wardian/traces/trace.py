"""A conversation that really happened, as far as its tool calls go."""

from typing import Any

import orjson

from wardian.base.errors import ConfigError
from wardian.base.frozen import Frozen

__all__ = ["Trace", "TracedCall", "as_text"]


class TracedCall(Frozen):
    """One tool call and what came back.

    Args:
        id: the call's own name, unique within its conversation; "" when nobody gave it one.
        tool: which tool.
        arguments: JSON text of an object.
        result: what the agent was told, as text; JSON where it was JSON.
        error: the code, status or exception type of a failure that the trace itself calls one, else None.
    """

    id: str
    tool: str
    arguments: str
    result: str
    error: str | None = None

    @property
    def given(self) -> dict[str, Any] | None:
        """The arguments by name; None when they are no JSON object."""
        try:
            parsed = orjson.loads(self.arguments)
        except orjson.JSONDecodeError:
            return None
        return parsed if isinstance(parsed, dict) else None


class Trace(Frozen):
    """The calls of one conversation in their order.

    Args:
        id: of the conversation (or of the trace, where nothing says more).
        calls: in the order in which they were made.
        task: the pack's task that was played, where the trace names one.
        opening: the first thing that the user said, "" when it is not recorded.
        closing: the last thing that the agent said, "" when it is not recorded.
    """

    id: str
    calls: tuple[TracedCall, ...]
    task: str | None = None
    opening: str = ""
    closing: str = ""


def as_text(value: Any) -> str:
    """A recorded value as text: texts as they are, anything else as JSON, nothing as "".

    Raises:
        ConfigError: when it holds what JSON cannot say.
    """
    if value is None:
        return ""
    try:
        return value if isinstance(value, str) else orjson.dumps(value).decode()
    except TypeError as error:
        raise ConfigError(f"a traced value is no JSON: {error}") from error
