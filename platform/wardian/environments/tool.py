"""A tool: a Python method whose signature is its JSON Schema."""

import inspect
import re
from collections.abc import Callable
from functools import cached_property
from typing import Any, Literal, TypeVar

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from wardian.base.frozen import JsonObject
from wardian.base.messages import ToolSchema

__all__ = ["Actor", "BadArguments", "Tool", "ToolError", "ToolFunction", "parsed_object", "tool"]

Effect = Literal["read", "write"]
Actor = Literal["agent", "user"]
"""Whose hands a tool is in: a user has a phone, say, and the agent can only tell them what to do with it."""
ToolFunction = Callable[..., Any]
F = TypeVar("F", bound=ToolFunction)

_MARK = "_wardian_effect"
_ACTOR = "_wardian_actor"
_REPORTED_ERRORS = 3
_NO_ARGUMENTS = "{}"


class ToolError(Exception):
    """A tool says no: `code` for the record (not_found, not_allowed, conflict, …), `message` for the agent."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class BadArguments(ToolError):
    """The arguments are no JSON object that fits the schema."""

    def __init__(self, message: str) -> None:
        super().__init__("invalid_arguments", message)


def parsed_object(text: str) -> JsonObject:
    """The arguments of a call whose tool has its own idea of what fits; no text is no arguments.

    Raises:
        BadArguments: when `text` is no JSON object.
    """
    try:
        arguments = orjson.loads(text or _NO_ARGUMENTS)
    except orjson.JSONDecodeError as error:
        raise BadArguments(f"the arguments are not JSON: {error}") from error
    if not isinstance(arguments, dict):
        raise BadArguments("the arguments must be a JSON object")
    return arguments


def tool(*, effect: Effect, actor: Actor = "agent") -> Callable[[F], F]:
    """Mark a method of a `Toolbox` as a tool.

    Its annotated arguments become the JSON Schema, the first paragraph of its docstring the
    description, and the docstring's `Args:` section the descriptions of the arguments. Tools of
    the user are not shown to the agent: see `Deed`.
    """

    def mark(function: F) -> F:
        setattr(function, _MARK, effect)
        setattr(function, _ACTOR, actor)
        return function

    return mark


class Tool:
    """A marked method with its schema and its parser."""

    def __init__(self, function: ToolFunction) -> None:
        self.run = function
        self.name = function.__name__
        self.effect: Effect = getattr(function, _MARK)
        self.actor: Actor = getattr(function, _ACTOR)

    @staticmethod
    def is_marked(value: object) -> bool:
        """Whether `value` was decorated with `tool`."""
        return hasattr(value, _MARK)

    @cached_property
    def schema(self) -> ToolSchema:
        """What the agent sees of it."""
        description, _ = _sections(inspect.getdoc(self.run) or "")
        parameters = _untitled(self._arguments.model_json_schema())
        return ToolSchema(name=self.name, description=description, parameters=parameters, effect=self.effect)

    def parse(self, arguments: str) -> dict[str, Any]:
        """The arguments by name.

        Raises:
            BadArguments: saying what does not fit.
        """
        try:
            parsed = self._arguments.__pydantic_validator__.validate_json(arguments or _NO_ARGUMENTS)
        except ValidationError as error:
            raise BadArguments(_explain(error)) from error
        values: dict[str, Any] = vars(parsed)
        return values

    @cached_property
    def _arguments(self) -> type[BaseModel]:
        _, notes = _sections(inspect.getdoc(self.run) or "")
        fields: dict[str, Any] = {}
        for name, parameter in _parameters(self.run).items():
            default = ... if parameter.default is parameter.empty else parameter.default
            fields[name] = (parameter.annotation, Field(default, description=notes.get(name)))
        return create_model(
            self.name, __config__=ConfigDict(extra="forbid", strict=True, allow_inf_nan=False), **fields
        )


def _parameters(function: ToolFunction) -> dict[str, inspect.Parameter]:
    signature = inspect.signature(function, eval_str=True)
    return {name: parameter for name, parameter in signature.parameters.items() if name != "self"}


def _sections(doc: str) -> tuple[str, dict[str, str]]:
    """The first paragraph on one line, and the notes of the `Args:` section by argument."""
    head = " ".join(doc.split("\n\n")[0].split())
    section = re.search(r"^Args:\n((?:[ \t]+.*\n?)+)", doc, re.MULTILINE)
    notes: dict[str, str] = {}
    name = ""
    for line in (section[1] if section else "").splitlines():
        if start := re.match(r"    (\w+): (.*)", line):
            name, notes[start[1]] = start[1], start[2]
        elif name:
            notes[name] += f" {line.strip()}"
    return head, notes


def _untitled(schema: JsonObject) -> JsonObject:
    """The schema without pydantic's titles, which repeat the names and cost tokens."""
    plain: JsonObject = {}
    for key, value in schema.items():
        if key == "title" and isinstance(value, str):
            continue
        if isinstance(value, dict):
            value = _untitled(value)
        elif isinstance(value, list):
            value = [_untitled(item) if isinstance(item, dict) else item for item in value]
        plain[key] = value
    return plain


def _explain(error: ValidationError) -> str:
    problems = error.errors(include_url=False, include_input=False, include_context=False)
    lines = [f"{'.'.join(map(str, problem['loc'])) or 'arguments'}: {problem['msg']}" for problem in problems]
    rest = len(lines) - _REPORTED_ERRORS
    return "; ".join(lines[:_REPORTED_ERRORS]) + (f"; and {rest} more" if rest > 0 else "")
