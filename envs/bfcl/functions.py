"""The functions of BFCL's simulated services: how each is called and how the agent sees it."""

import inspect
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass

import orjson

from wardian.base.frozen import JsonObject, JsonValue
from wardian.base.messages import ToolSchema

from .effects import WRITES
from .library import Library

__all__ = ["Function", "Functions"]

# BFCL writes Python's names of types; "any" is a schema without a type.
JSON_TYPES = {"dict": "object", "float": "number", "tuple": "array", "list": "array", "bool": "boolean"}


@dataclass(frozen=True)
class Function:
    """One function: its schema for the agent, its parameters in order, which are required.

    `shared` are defaults that Python would share between all calls of the process (`tags=[]`).
    """

    service: str
    schema: ToolSchema
    parameters: tuple[str, ...]
    required: frozenset[str]
    shared: Mapping[str, JsonValue]

    def accepts(self, names: Iterable[str]) -> bool:
        """Whether arguments of these names can be bound."""
        given = set(names)
        return self.required <= given <= set(self.parameters)

    def own(self, arguments: JsonObject) -> JsonObject:
        """A copy of `arguments` with shared defaults spelled out.

        The services keep the lists they are given and change them: this way they are nobody else's.
        """
        return deepcopy({**self.shared, **arguments})


class Functions:
    """All functions, read once and shared by every episode; nothing in here changes."""

    def __init__(self, library: Library) -> None:
        self._of_service = {service: _functions(library, service) for service in library.classes}
        self._by_name = {each.schema.name: each for some in self._of_service.values() for each in some}

    def __getitem__(self, name: str) -> Function:
        return self._by_name[name]

    def of(self, services: Iterable[str]) -> list[Function]:
        """The functions of `services`, in BFCL's order."""
        return [function for service in services for function in self._of_service[service]]


def _functions(library: Library, service: str) -> tuple[Function, ...]:
    lines = library.read_lines(f"multi_turn_func_doc/{library.docs[service]}")
    return tuple(_function(library.classes[service], orjson.loads(line)) for line in lines)


def _function(service: type, doc: JsonObject) -> Function:
    name = str(doc["name"])
    parameters = list(inspect.signature(getattr(service, name)).parameters.values())[1:]
    return Function(
        service=service.__name__,
        schema=ToolSchema(
            name=name,
            description=str(doc["description"]),
            parameters=json_schema(doc["parameters"]),
            effect="write" if name in WRITES else "read",
        ),
        parameters=tuple(each.name for each in parameters),
        required=frozenset(each.name for each in parameters if each.default is each.empty),
        shared={each.name: each.default for each in parameters if isinstance(each.default, list | dict)},
    )


def json_schema(doc: JsonValue) -> JsonObject:
    """A parameter as BFCL documents it, as JSON Schema.

    Raises:
        TypeError: when `doc` is no object.
    """
    if not isinstance(doc, dict):
        raise TypeError(f"not a parameter: {doc!r}")
    schema = {key: value for key, value in doc.items() if key not in ("type", "properties", "items")}
    if doc["type"] != "any":
        schema["type"] = JSON_TYPES.get(str(doc["type"]), doc["type"])
    if isinstance(properties := doc.get("properties"), dict):
        schema["properties"] = {name: json_schema(value) for name, value in properties.items()}
    if "items" in doc:
        schema["items"] = json_schema(doc["items"])
    return schema
