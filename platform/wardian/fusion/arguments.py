"""A call's arguments as its tool's JSON Schema reads them."""

from collections.abc import Iterator
from typing import Any, Final

import re2
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError
from jsonschema.validators import extend
from referencing import Registry
from referencing.exceptions import Unresolvable

from wardian.base.frozen import JsonObject
from wardian.fusion.argument_reading import ArgumentReading, Schema
from wardian.fusion.effort import bounded, spend

__all__ = ["ArgumentSchema"]


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


def _counted(keyword: Any) -> Any:
    """A keyword that leads elsewhere, and back to itself: of alternatives that do, all are tried at every level."""

    def follow(validator: Any, reference: str, instance: object, schema: Schema) -> Iterator[ValidationError]:
        spend()
        yield from keyword(validator, reference, instance, schema)

    return follow


LEADING: Final = ("$ref", "$dynamicRef")
KEYWORDS: Final = Draft202012Validator.VALIDATORS
Validator: Final = extend(
    Draft202012Validator, {"pattern": _pattern, **{name: _counted(KEYWORDS[name]) for name in LEADING}}
)


def _staying(evolve: Any) -> Any:
    """The same kind of validator whatever dialect a schema names: another one would know nothing of these keywords."""

    def evolved(validator: Any, **changes: Any) -> Any:
        schema = changes.get("schema", validator.schema)
        if isinstance(schema, dict) and "$schema" in schema:
            changes["schema"] = {key: value for key, value in schema.items() if key != "$schema"}
        return evolve(validator, **changes)

    return evolved


Validator.evolve = _staying(Validator.evolve)


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
        """Whether `arguments` are valid as they stand.

        Raises:
            ValueError: as `read` does.
        """
        with bounded(arguments):
            return self._accepts(arguments, self._schema)

    def read(self, arguments: object) -> object | None:
        """The canonical form of `arguments`, equal for those that mean the same; None when they do not fit.

        Texts are in one Unicode form and without blanks around them. Numbers and texts become what the schema asks
        for where nothing is lost by it. What is not said has its declared default.

        Raises:
            ValueError: when that would take more work than arguments of their size are worth.
        """
        with bounded(arguments):
            return ArgumentReading(self._schema, self._accepts).read(arguments)

    def _accepts(self, value: Any, schema: Schema) -> bool:
        try:
            return bool(self._validator.evolve(schema=schema).is_valid(value))
        except Unresolvable:  # a reference to nowhere asks for nothing
            return True
