"""The tool `wait`: an agent lets time pass."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from wardian.base.messages import ToolCall
from wardian.environments.tool import Tool, tool

__all__ = ["WAIT", "span_of"]


@tool(effect="write")
def wait(minutes: Annotated[int, Field(ge=1, le=7 * 24 * 60)]) -> None:
    """Let time pass. This returns early as soon as there is a message or a notification.

    Args:
        minutes: how long, in minutes of this world; a week at most.
    """


WAIT = Tool(wait)
"""The tool as agents see it; the world itself lets the time pass."""


def span_of(call: ToolCall) -> timedelta:
    """How long the agent wants to wait.

    Raises:
        BadArguments: when it does not say so.
    """
    return timedelta(minutes=WAIT.parse(call.arguments)["minutes"])
