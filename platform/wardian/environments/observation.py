"""What a tool call gave back."""

from wardian.base.frozen import Frozen
from wardian.environments.change import Change

__all__ = ["Observation"]


class Observation(Frozen):
    """The answer to one tool call.

    `text` is what the agent reads. `error` is a typed code for the record (None when the tool
    succeeded), such as "unknown_tool", "invalid_arguments", "not_found", "not_allowed", "conflict".
    `changes` is what the call did to the state; a read leaves it empty.
    """

    text: str
    error: str | None = None
    changes: tuple[Change, ...] = ()
