"""What a tool call gave back."""

import orjson

from wardian.base.frozen import Frozen
from wardian.environments.change import Change

__all__ = ["Observation", "refusal"]

_MESSAGE_CHARACTERS = 500


class Observation(Frozen):
    """The answer to one tool call.

    `text` is what the agent reads. `error` is a typed code for the record (None when the tool
    succeeded), such as "unknown_tool", "invalid_arguments", "not_found", "not_allowed", "conflict".
    `changes` is what the call did to the state; a read leaves it empty. `fault` is what the world did to the call: the
    agent is not to blame for it, but for what it makes of it. `writes` is whether the tool may change the state; None:
    nobody says.
    """

    text: str
    error: str | None = None
    changes: tuple[Change, ...] = ()
    fault: str | None = None
    writes: bool | None = None


def refusal(code: str, message: str) -> Observation:
    """A no: the typed code for the record, and what the agent reads of it."""
    body = {"error": {"code": code, "message": _sayable(message[:_MESSAGE_CHARACTERS])}}
    return Observation(text=orjson.dumps(body).decode(), error=code)


def _sayable(text: str) -> str:
    """`text` without lone surrogates, which models write and JSON cannot carry."""
    return text.encode("utf-8", "replace").decode("utf-8")
