"""A call's arguments as its tool's JSON Schema reads them."""

from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import Any, Final

import re2
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError
from jsonschema.validators import extend
from referencing import Registry
from referencing.exceptions import Unresolvable

from wardian.base.frozen import JsonObject
from wardian.fusion.words import same_form

__all__ = ["ArgumentSchema"]

Schema = Any
"""A JSON Schema: an object, or true or false."""
DEEPEST: Final = 64
"""References that lead from one to the next without a value in between."""


def _pattern(validator: Any, pattern: str, instance: object, schema: Schema) -> Iterator[ValidationError]:
    """In time linear in the text, whoever wrote pattern and text."""
    if isinstance(instance, str) and (expression := _compiled(pattern)) is not None and not expression.search(instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _compiled(pattern: str) -> Any:
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error:  # look-around and back-references: not checked
        return None


Validator: Final = extend(Draft202012Validator, {"pattern": _pattern})


class ArgumentSchema:
    """Reads the arguments of one tool.

    Args:
        parameters: the tool's JSON Schema; one that is none accepts everything. Nothing is fetched for it.
    """

    def __init__(self, parameters: JsonObject) -> None:
        try:
            Draft202012Validator.check_schema(parameters)
            self._schema: Schema = parameters
        except SchemaError:
            self._schema = True
        self._validator = Validator(self._schema, registry=Registry())

    def fits(self, arguments: object) -> bool:
        """Whether `arguments` are valid as they stand."""
        return self._accepts(arguments, self._schema)

    def read(self, arguments: object) -> object | None:
        """The canonical form of `arguments`, equal for those that mean the same; None when they do not fit.

        Texts are in one Unicode form and without blanks around them. Numbers and texts become what the schema asks
        for where nothing is lost by it. What is not said has its declared default.
        """
        value = self._value(arguments, self._schema)
        return self._filled(value, self._schema) if self.fits(value) else None

    def _value(self, value: Any, schema: Schema) -> Any:
        schema = self._chosen(value, schema)
        if isinstance(value, dict):
            return {key: self._value(inside, _member(schema, key)) for key, inside in value.items()}
        if isinstance(value, list):
            return [self._value(inside, _item(schema, place)) for place, inside in enumerate(value)]
        return _coerced(same_form(value) if isinstance(value, str) else value, _types(schema))

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
                return {}
            if isinstance(reference := schema.get("$ref"), str):
                schema = self._found(reference)
            elif choices := schema.get("anyOf") or schema.get("oneOf"):
                schema = self._fitting(value, choices)
            elif isinstance(parts := schema.get("allOf"), list) and len(parts) == 1 and "properties" not in schema:
                schema = parts[0]
            else:
                return schema
        return {}

    def _fitting(self, value: Any, choices: list[Schema]) -> Schema:
        fits = partial(self._accepts, value)
        read = next((choice for choice in choices if fits(choice)), None)
        if read is not None:
            return read
        return next((choice for choice in choices if self._accepts(self._value(value, choice), choice)), {})

    def _accepts(self, value: Any, schema: Schema) -> bool:
        try:
            return bool(self._validator.evolve(schema=schema).is_valid(value))
        except Unresolvable:  # a reference to nowhere asks for nothing
            return True

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


def _coerced(value: Any, types: tuple[str, ...]) -> Any:
    """`value` in one of `types` when that loses nothing; true is no number, and a number is no truth."""
    if isinstance(value, bool) or value is None or not types:
        return value
    if isinstance(value, str):
        return value if "string" in types else _out_of_text(value, types)
    if isinstance(value, float) and value.is_integer() and {"integer", "number"} & {*types}:
        return int(value)
    if isinstance(value, int) and types == ("string",):
        return str(value)
    return value


def _out_of_text(text: str, types: tuple[str, ...]) -> Any:
    if "boolean" in types and text in ("true", "false"):
        return text == "true"
    if "null" in types and text == "null":
        return None
    if {"integer", "number"} & {*types} and text.isascii():
        return _number(text, whole="number" not in types)
    return text


def _number(text: str, *, whole: bool) -> Any:
    try:
        value = Decimal(text)
    except ArithmeticError:
        return text
    if not value.is_finite() or abs(value.adjusted()) > DEEPEST:
        return text
    if value == value.to_integral_value():
        return int(value)
    return text if whole else float(value)
