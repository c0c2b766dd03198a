"""A service around the tools of a world: made once, for all episodes."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, Final

import orjson

from wardian.base.messages import ToolCall, ToolSchema
from wardian.environments.services.http import HTTP_REQUEST
from wardian.environments.services.operation import Operation
from wardian.environments.services.routes import Routes
from wardian.environments.services.spec import ServiceSpec

__all__ = ["WAIT", "Service"]

WAIT: Final = ToolSchema(
    name="wait",
    description="Let some time pass, such as when the service asks for it.",
    parameters={
        "type": "object",
        "properties": {"seconds": {"type": "number", "minimum": 0, "maximum": 86_400, "description": "How long."}},
        "required": ["seconds"],
        "additionalProperties": False,
    },
)


class Service:
    """What callers are offered, and how a call in the world's own words is made through it.

    Args:
        spec: what the world says of its service.
        tools: the world's own.
    """

    def __init__(self, spec: ServiceSpec, tools: Sequence[ToolSchema]) -> None:
        self.spec = spec
        schemas = {tool.name: tool for tool in tools}
        offered = {name: one for name, one in spec.operations.items() if name in schemas}
        self.operations = {name: Operation(schemas[name], one, spec) for name, one in offered.items()}
        self.routes = Routes(self.operations.values())
        self._others = [tool for tool in tools if tool.name not in self.operations]

    @cached_property
    def schemas(self) -> tuple[ToolSchema, ...]:
        """The operations, or the one tool for all of them; then the world's other tools, and `wait`."""
        mine = [operation.schema for operation in self.operations.values()]
        offered = [HTTP_REQUEST] if self.spec.interface == "http" else mine
        return (*offered, *self._others, *([WAIT] if self.waits else []))

    @property
    def waits(self) -> bool:
        """Whether there is anything to wait for."""
        return self.spec.rate is not None

    def adds(self, tool: str) -> frozenset[str]:
        """Arguments of the operation that the tool behind it does not know."""
        return self.operations[tool].extras if tool in self.operations else frozenset()

    def spoken(self, call: ToolCall) -> ToolCall:
        """A call with the world's names for its arguments as callers of the service write it, credential included."""
        if call.name not in self.operations:
            return call
        operation = self.operations[call.name]
        given: dict[str, Any] = orjson.loads(call.arguments)
        said = operation.said(given)
        if self.spec.interface == "operations":
            return call.model_copy(update={"arguments": orjson.dumps(said).decode()})
        request = operation.request(said)
        return ToolCall(id=call.id, name=HTTP_REQUEST.name, arguments=orjson.dumps(request).decode())
