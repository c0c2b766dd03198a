"""One operation of a service: a tool with a credential, a key and pages around it."""

from typing import Any, Final

import orjson

from wardian.base.frozen import JsonObject
from wardian.base.messages import ToolCall, ToolSchema
from wardian.environments.observation import Observation
from wardian.environments.services.pages import page, page_arguments
from wardian.environments.services.spec import OperationSpec, ServiceSpec
from wardian.environments.services.wire import renamed
from wardian.environments.toolbox import Toolbox

__all__ = ["Operation"]

KEY: Final = {
    "type": "string",
    "description": "A text of your own; the same call with the same key is done once, and answered twice.",
}


class Operation:
    """How callers see a tool, and how their words become its own.

    Args:
        tool: the tool behind it.
        spec: what the world says of the operation.
        service: what it says of the service.
    """

    def __init__(self, tool: ToolSchema, spec: OperationSpec, service: ServiceSpec) -> None:
        self.name = tool.name
        self.spec = spec
        self._tool = tool
        self._service = service
        self._fields = dict(service.fields)
        self._arguments = {wire: name for name, wire in service.fields.items()} | spec.arguments

    @property
    def schema(self) -> ToolSchema:
        """The tool as the agent sees it."""
        mine: Any = self._tool.parameters
        names = {name: wire for wire, name in self._arguments.items()}
        properties = {names.get(name, name): schema for name, schema in (mine.get("properties") or {}).items()}
        required = [names.get(name, name) for name in mine.get("required") or ()]
        if self.spec.pages is not None:
            properties |= page_arguments(self.spec.pages)
        if self.spec.idempotency is not None:
            properties[self.spec.idempotency] = dict(KEY)
        if self._service.authorization:
            text = f"Goes into the header {self._service.header}."
            properties[self._service.credential] = {"type": "string", "description": text}
            required.append(self._service.credential)
        parameters: JsonObject = {**mine, "properties": properties, "required": required}
        return self._tool.model_copy(update={"parameters": parameters})

    def call(self, inner: Toolbox, arguments: dict[str, Any], call_id: str) -> Observation:
        """Call the tool behind it, without credential and key, and put its answer into the service's words.

        Raises:
            BadArguments: when a page is asked for that there is none of.
        """
        given = dict(arguments)
        pages = self.spec.pages
        size, cursor = (None, None) if pages is None else (given.pop(pages.size, None), given.pop(pages.cursor, None))
        text = orjson.dumps(renamed(given, self._arguments)).decode()
        observation = inner.call(ToolCall(id=call_id, name=self.name, arguments=text))
        if observation.error is not None:
            return observation
        answer = renamed(orjson.loads(observation.text), self._fields)
        if pages is not None:
            answer = page(pages, answer, size, cursor)
        return observation.model_copy(update={"text": orjson.dumps(answer).decode()})
