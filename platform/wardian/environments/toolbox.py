"""The tools of an environment, and what happens when an agent calls them."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar

import orjson

from wardian.base.errors import EnvironmentFault
from wardian.base.messages import ToolCall, ToolSchema
from wardian.environments.clock import VirtualClock
from wardian.environments.observation import Observation, refusal
from wardian.environments.state import Row, State
from wardian.environments.template import SqlValue
from wardian.environments.tool import Actor, BadArguments, Tool, ToolError
from wardian.specs.names import nearest

__all__ = ["Toolbox"]

_NAME_CHARACTERS = 64


class Offer:
    """The tools of one class of toolbox with one set of extras: the same for thousands of episodes."""

    def __init__(self, tools: dict[str, Tool]) -> None:
        self.tools = {name: tool for name, tool in tools.items() if tool.actor == "agent"}
        self.by_actor: dict[Actor, dict[str, Tool]] = {
            "agent": self.tools,
            "user": {name: tool for name, tool in tools.items() if tool.actor == "user"},
        }

    @cached_property
    def schemas(self) -> tuple[ToolSchema, ...]:
        """The tools as the agent sees them, in the order of their definition."""
        return tuple(tool.schema for tool in self.tools.values())


class Toolbox:
    """Subclass it and mark methods with `@tool`: they read and write `self.state` and return JSON-like values.

    Args:
        state: the world that the tools work on.
        extras: names of `hidden` tools that are there all the same.
    """

    hidden: ClassVar[frozenset[str]] = frozenset()
    """Tools that are only there when `extras` names them: distractors, or rights that some tasks give."""

    _marked: ClassVar[dict[str, Tool]] = {}
    _all: ClassVar[dict[str, Tool]] = {}
    _offers: ClassVar[dict[tuple[str, ...], Offer]] = {}

    def __init_subclass__(cls) -> None:
        cls._marked = {name: Tool(value) for name, value in vars(cls).items() if Tool.is_marked(value)}
        own = [vars(base).get("_marked", {}) for base in reversed(cls.__mro__)]  # in the order in which Python looks
        cls._all = {name: tool for tools in own for name, tool in tools.items()}
        cls._offers = {}

    def __init__(self, state: State, extras: Sequence[str] = ()) -> None:
        self.state = state
        self.clock = VirtualClock(state)
        self._offer = self._offered(tuple(extras))
        self._tools = self._offer.tools

    @classmethod
    def _offered(cls, extras: tuple[str, ...]) -> Offer:
        if extras not in cls._offers:
            names = (name for name in cls._all if name not in cls.hidden or name in extras)
            cls._offers[extras] = Offer({name: cls._all[name] for name in names})
        return cls._offers[extras]

    def found(self, what: str, sql: str, *values: SqlValue) -> Row:
        """The first row of a query, for tools that need one.

        Args:
            what: is looked for, with its name: "order O17".
            sql: the query.
            values: those of its `?`.

        Raises:
            ToolError: not_found, when there is none.
        """
        row = self.state.one(sql, *values)
        if row is None:
            raise ToolError("not_found", f"there is no {what}")
        return row

    def schemas(self) -> tuple[ToolSchema, ...]:
        """The tools as the agent sees them."""
        return self._offer.schemas

    def meant(self, call: ToolCall) -> str:
        """The name of the tool that a call is about: checks and faults go by it, whatever the call looks like."""
        return call.name

    def is_write(self, name: str) -> bool:
        """Whether there is a tool called `name` that may change the state."""
        return name in self._tools and self._tools[name].effect == "write"

    def call(self, call: ToolCall, actor: Actor = "agent") -> Observation:
        """Execute a raw call. Whatever the actor did wrong is in the observation, never an exception."""
        try:
            found = self._offer.by_actor[actor].get(call.name)
            if found is None:
                raise ToolError("unknown_tool", self._unknown(call.name))
            result = self._run(found, found.parse(call.arguments))
        except ToolError as error:
            return refusal(error.code, error.message)
        text = result if isinstance(result, str) else orjson.dumps(result).decode()
        return Observation(text=text, changes=self.state.drain(), writes=found.effect == "write")

    def _run(self, found: Tool, arguments: dict[str, Any]) -> Any:
        try:
            if found.effect == "write":
                with self.state.savepoint():
                    return found.run(self, **arguments)
            result = found.run(self, **arguments)
        except OverflowError as error:
            raise BadArguments("a number is too large") from error
        if self.state.touched:
            raise EnvironmentFault(f"the tool {found.name} says that it only reads, and it wrote")
        return result

    def _unknown(self, name: str) -> str:
        short = name[:_NAME_CHARACTERS]
        return f"there is no tool '{short}'; {nearest(short, self._tools)}"
