"""What a turn does: its tool calls in a form that is equal for turns that do the same."""

from wardian.base.errors import Failure, boundary
from wardian.base.frozen import JsonObject
from wardian.base.messages import Message, Request, ToolCall, ToolSchema
from wardian.fusion.arguments import ArgumentSchema
from wardian.fusion.exact_json import read_exactly, written_exactly
from wardian.specs.fusion.agree import ToolActionAgree

__all__ = ["Actions", "tool_names"]

KEPT: int = 512
"""Schemas that are read once."""


def tool_names(message: Message | None) -> tuple[str, ...]:
    """The tools that a turn calls, each once; none for a text."""
    return () if message is None else tuple(sorted({call.name for call in message.tool_calls}))


class Actions:
    """Reads tool calls by the schemas of the tools that a request offers.

    Args:
        spec: says which arguments make no difference.
    """

    def __init__(self, spec: ToolActionAgree) -> None:
        self._ignored = frozenset(spec.ignore_args)
        self._schemas: dict[bytes, ArgumentSchema] = {}

    def canonical(self, message: Message, request: Request) -> bytes | None:
        """All calls of a turn, in whatever order; None when one of them cannot be made.

        A call cannot be made when nobody offers a tool of exactly that name, or when its arguments are no JSON object
        that the tool's schema takes.
        """
        calls = [self.call(call, request) for call in message.tool_calls]
        known = [call for call in calls if call is not None]
        return b"\n".join(sorted(known)) if len(known) == len(calls) else None

    def call(self, call: ToolCall, request: Request) -> bytes | None:
        """One call; None when it cannot be made."""
        tool = _tool(call.name, request)
        if tool is None:
            return None
        with boundary(_unreadable):  # a schema may lead anywhere, and whoever reads by it raises what it likes
            arguments = self._schema(tool).read(_object(call.arguments))
            return written_exactly([call.name, self._counting(call.name, arguments)])
        return None

    def literal(self, message: Message, request: Request) -> bool:
        """Whether every call fits its tool's schema as it was written, without a reading of ours."""
        return all(self._fits(call, request) for call in message.tool_calls)

    def _fits(self, call: ToolCall, request: Request) -> bool:
        tool = _tool(call.name, request)
        with boundary(_unreadable):
            return tool is not None and self._schema(tool).fits(_object(call.arguments))
        return False

    def _counting(self, tool: str, arguments: object) -> JsonObject:
        """The arguments that make a difference.

        Raises:
            ValueError: when they do not fit.
        """
        if not isinstance(arguments, dict):
            raise ValueError("the arguments do not fit")
        ignored = self._ignored
        return {key: value for key, value in arguments.items() if not {key, f"{tool}.{key}"} & ignored}

    def _schema(self, tool: ToolSchema) -> ArgumentSchema:
        known = self._schemas.get(tool.wire)
        if known is None:
            if len(self._schemas) >= KEPT:
                self._schemas.clear()
            known = self._schemas[tool.wire] = ArgumentSchema(tool.parameters)
        return known


def _tool(name: str, request: Request) -> ToolSchema | None:
    return next((tool for tool in request.tools if tool.name == name), None)


def _unreadable(failure: Failure) -> None:
    """No JSON, or not by a schema with a hole in it: no call that can be made, and nobody's error."""
    del failure


def _object(text: str) -> object:
    """No text is no arguments, as environments read it."""
    return read_exactly(text or "{}")
