"""One reading of a call's arguments by its tool's JSON Schema."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, Final

from wardian.fusion.coercion import coerced
from wardian.fusion.effort import spend
from wardian.fusion.words import same_form

__all__ = ["ArgumentReading", "Schema"]

Schema = Any
"""A JSON Schema: an object, or true or false."""
Schemas = tuple[Schema, ...]
"""All of them hold."""
MOST: Final = 64
"""Schemas that may say something about one value: references that lead to themselves are followed no further."""


class ArgumentReading:
    """Reads each value by each schema once: alternatives within alternatives would double the work at every level.

    Args:
        schema: the tool's.
        accepts: whether a value is valid by a schema.
    """

    def __init__(self, schema: Schema, accepts: Callable[[Any, Schema], bool]) -> None:
        self._schema = schema
        self._accepts = accepts
        self._known: dict[tuple[int, ...], tuple[Any, Any]] = {}

    def read(self, arguments: object) -> object | None:
        """The canonical form of `arguments`; None when they do not fit."""
        value = self._value(arguments, (self._schema,))
        return self._filled(value, (self._schema,)) if self._accepts(value, self._schema) else None

    def _value(self, value: Any, schemas: Schemas) -> Any:
        place = id(value), *map(id, schemas)
        if place not in self._known:
            self._known[place] = value, self._converted(value, schemas)  # what is kept alive keeps its id
        return self._known[place][1]

    def _converted(self, value: Any, schemas: Schemas) -> Any:
        said = self._saying(value, schemas)
        if isinstance(value, dict):
            return {key: self._value(inside, members(said, key)) for key, inside in value.items()}
        if isinstance(value, list):
            return [self._value(inside, items(said, place)) for place, inside in enumerate(value)]
        return coerced(same_form(value) if isinstance(value, str) else value, types(said))

    def _filled(self, value: Any, schemas: Schemas) -> Any:
        said = self._saying(value, schemas)
        if isinstance(value, list):
            return [self._filled(inside, items(said, place)) for place, inside in enumerate(value)]
        if not isinstance(value, dict):
            return value
        missing = [key for schema in said for key in schema.get("properties", {}) if key not in value]
        told = {key: self._filled(inside, members(said, key)) for key, inside in value.items()}
        return {**told, **{key: default for key in missing for default in self._default(members(said, key))}}

    def _default(self, schemas: Schemas) -> Iterator[Any]:
        """What stands for a value that is not said, if anything does."""
        declared = [each["default"] for each in self._saying(None, schemas, choose=False) if "default" in each]
        yield from (self._value(default, schemas) for default in declared[:1])

    def _saying(self, value: Any, schemas: Schemas, *, choose: bool = True) -> tuple[dict[str, Any], ...]:
        """The schemas that say something about `value`: references followed, of alternatives the one that fits it."""
        said, ahead = dict[int, dict[str, Any]](), list(reversed(schemas))
        while ahead and len(said) < MOST:
            schema = ahead.pop()
            if isinstance(schema, dict) and id(schema) not in said:
                said[id(schema)] = schema
                ahead += reversed([*self._led(schema), *(self._chosen(value, schema) if choose else ())])
        return tuple(said.values())

    def _led(self, schema: dict[str, Any]) -> Iterator[Schema]:
        """Where it leads whatever the value is."""
        if isinstance(reference := schema.get("$ref"), str):
            yield self._found(reference)
        yield from schema.get("allOf", ())

    def _chosen(self, value: Any, schema: dict[str, Any]) -> Iterator[Schema]:
        """Of its alternatives the first that takes the value as it is, else the first that does when it reads it."""
        for choices in (schema.get("anyOf"), schema.get("oneOf")):
            fitting = (choice for way in (self._takes, self._reads) for choice in choices or () if way(value, choice))
            yield from islice(fitting, 1)

    def _takes(self, value: Any, choice: Schema) -> bool:
        spend()
        return self._accepts(value, choice)

    def _reads(self, value: Any, choice: Schema) -> bool:
        return self._takes(self._value(value, (choice,)), choice)

    def _found(self, reference: str) -> Schema:
        """What stands at a place in the tool's own schema."""
        found: Any = self._schema
        for step in reference.removeprefix("#").split("/")[1:]:
            found = found.get(step.replace("~1", "/").replace("~0", "~")) if isinstance(found, dict) else None
        return found


def members(said: Iterable[dict[str, Any]], key: str) -> Schemas:
    """What the schemas of an object say about one of its values."""
    found = (_member(schema, key) for schema in said)
    return tuple(each for each in found if each is not None)


def _member(schema: dict[str, Any], key: str) -> Schema:
    known = schema.get("properties", {})
    return known[key] if key in known else schema.get("additionalProperties")


def items(said: Iterable[dict[str, Any]], place: int) -> Schemas:
    """What the schemas of a list say about one of its values."""
    found = (_item(schema, place) for schema in said)
    return tuple(each for each in found if each is not None)


def _item(schema: dict[str, Any], place: int) -> Schema:
    first = schema.get("prefixItems", [])
    return first[place] if place < len(first) else schema.get("items")


def types(said: Iterable[dict[str, Any]]) -> frozenset[str]:
    """The types that all of the schemas take; none where they say none."""
    named = [_types(schema["type"]) for schema in said if "type" in schema]
    return frozenset.intersection(*named) if named else frozenset()


def _types(told: Any) -> frozenset[str]:
    names = frozenset([told] if isinstance(told, str) else told)
    return names | {"integer"} if "number" in names else names
