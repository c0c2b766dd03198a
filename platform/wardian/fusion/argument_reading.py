"""One reading of a call's arguments by its tool's JSON Schema."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

from wardian.fusion.coercion import coerced
from wardian.fusion.effort import spend
from wardian.fusion.words import same_form

__all__ = ["ArgumentReading", "Schema"]

Schema = Any
"""A JSON Schema: an object, or true or false."""
NOTHING: Final[Schema] = {}
"""A schema that asks for nothing."""
DEEPEST: Final = 64
"""References that lead from one to the next without a value in between."""


class ArgumentReading:
    """Reads each value by each schema once: alternatives within alternatives would double the work at every level.

    Args:
        schema: the tool's.
        accepts: whether a value is valid by a schema.
    """

    def __init__(self, schema: Schema, accepts: Callable[[Any, Schema], bool]) -> None:
        self._schema = schema
        self._accepts = accepts
        self._known: dict[tuple[int, int], tuple[Any, Any]] = {}

    def read(self, arguments: object) -> object | None:
        """The canonical form of `arguments`; None when they do not fit."""
        value = self._value(arguments, self._schema)
        return self._filled(value, self._schema) if self._accepts(value, self._schema) else None

    def _value(self, value: Any, schema: Schema) -> Any:
        place = id(value), id(schema)
        if place not in self._known:
            self._known[place] = value, self._converted(value, schema)  # what is kept alive keeps its id
        return self._known[place][1]

    def _converted(self, value: Any, schema: Schema) -> Any:
        schema = self._chosen(value, schema)
        if isinstance(value, dict):
            return {key: self._value(inside, _member(schema, key)) for key, inside in value.items()}
        if isinstance(value, list):
            return [self._value(inside, _item(schema, place)) for place, inside in enumerate(value)]
        return coerced(same_form(value) if isinstance(value, str) else value, _types(schema))

    def _filled(self, value: Any, schema: Schema) -> Any:
        schema = self._chosen(value, schema)
        if isinstance(value, list):
            return [self._filled(inside, _item(schema, place)) for place, inside in enumerate(value)]
        if not isinstance(value, dict):
            return value
        missing = {key: each["default"] for key, each in _defaults(schema) if key not in value}
        told = {key: self._filled(inside, _member(schema, key)) for key, inside in value.items()}
        return {**told, **{key: self._value(default, _member(schema, key)) for key, default in missing.items()}}

    def _chosen(self, value: Any, schema: Schema) -> Schema:
        """The schema that says something about `value`: references followed, the alternative taken that fits it."""
        for _ in range(DEEPEST):
            if not isinstance(schema, dict):
                return NOTHING
            if isinstance(reference := schema.get("$ref"), str):
                schema = self._found(reference)
            elif choices := schema.get("anyOf") or schema.get("oneOf"):
                schema = self._fitting(value, choices)
            elif isinstance(parts := schema.get("allOf"), list) and len(parts) == 1 and "properties" not in schema:
                schema = parts[0]
            else:
                return schema
        return NOTHING

    def _fitting(self, value: Any, choices: list[Schema]) -> Schema:
        spend()
        fits = partial(self._accepts, value)
        read = next((choice for choice in choices if fits(choice)), None)
        if read is not None:
            return read
        return next((choice for choice in choices if self._accepts(self._value(value, choice), choice)), NOTHING)

    def _found(self, reference: str) -> Schema:
        """What stands at a place in the tool's own schema."""
        found: Any = self._schema
        for step in reference.removeprefix("#").split("/")[1:]:
            found = found.get(step.replace("~1", "/").replace("~0", "~")) if isinstance(found, dict) else None
        return found


def _member(schema: Schema, key: str) -> Schema:
    known = schema.get("properties", {})
    return known[key] if key in known else schema.get("additionalProperties")


def _item(schema: Schema, place: int) -> Schema:
    first = schema.get("prefixItems", [])
    return first[place] if place < len(first) else schema.get("items")


def _defaults(schema: Schema) -> Iterator[tuple[str, Schema]]:
    for key, inside in schema.get("properties", {}).items():
        if isinstance(inside, dict) and "default" in inside:
            yield key, inside


def _types(schema: Schema) -> tuple[str, ...]:
    said = schema.get("type", ())
    return (said,) if isinstance(said, str) else tuple(said)
