"""One operation of a service: a tool with a credential, a key and pages around it."""

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final
from urllib.parse import quote

import orjson

from wardian.base.frozen import JsonObject
from wardian.base.messages import ToolCall, ToolSchema
from wardian.environments.observation import Observation
from wardian.environments.services.pages import page, page_arguments
from wardian.environments.services.spec import OperationSpec, ServiceSpec
from wardian.environments.services.wire import renamed
from wardian.environments.toolbox import Toolbox

__all__ = ["Operation"]

NAME: Final = re.compile(r"\{([^}]*)\}")
"""The name of a value in a path."""
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
    def in_path(self) -> list[str]:
        """The names of the values in its path, in their order."""
        return NAME.findall(self.spec.path)

    @cached_property
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

    @property
    def extras(self) -> frozenset[str]:
        """Arguments that the tool behind it does not know: a key, and those of pages."""
        pages = self.spec.pages
        names = [self.spec.idempotency, *(() if pages is None else (pages.size, pages.cursor))]
        return frozenset(filter(None, names))

    def said(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Arguments in the tool's own words as callers write them, with the credential."""
        own = {name: value for name, value in given.items() if name not in self.extras}
        extras = {name: value for name, value in given.items() if name in self.extras}
        names = {name: wire for wire, name in self._arguments.items()}
        said: dict[str, Any] = {**renamed(own, names), **extras}
        return {**said, self._service.credential: self._service.authorization} if self._service.authorization else said

    def request(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """Arguments as callers write them as a request of HTTP."""
        rest = dict(said)
        path = re.sub(r"\{([^}]*)\}", lambda found: quote(str(rest.pop(found[1])), safe=""), self.spec.path)
        request: dict[str, Any] = {"method": self.spec.method, "path": path}
        headers = {self._service.header: rest.pop(self._service.credential, None)}
        if self.spec.idempotency is not None:
            headers[self.spec.idempotency] = rest.pop(self.spec.idempotency, None)
        parts = {"headers": {name: value for name, value in headers.items() if value is not None}}
        parts["query" if self.spec.method in ("GET", "DELETE") else "body"] = rest
        return request | {name: part for name, part in parts.items() if part}

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
        answer = orjson.loads(observation.text)
        answer = answer.get(self.spec.only) if self.spec.only is not None else renamed(answer, self._fields)
        if pages is not None:
            answer = page(pages, answer, size, cursor)
        text = answer if isinstance(answer, str) else orjson.dumps(answer).decode()
        return observation.model_copy(update={"text": text})
