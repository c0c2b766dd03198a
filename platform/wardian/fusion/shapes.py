"""Whether JSON has the shape that a JSON Schema (draft 2020-12) asks for."""

import jsonschema
from referencing import Registry

from wardian.base.errors import Failure, boundary
from wardian.base.frozen import JsonObject, JsonValue
from wardian.models.fences import unfenced
from wardian.models.lenient import parse

__all__ = ["misfit", "misfit_of_text"]

EXCERPT_CHARACTERS = 300


def misfit(value: JsonValue, schema: JsonObject) -> str | None:
    """What is wrong with `value`, in a line; None when it fits. A schema that cannot be followed is fitted by nothing.

    References are followed inside `schema` only: nothing is fetched.
    """
    failures: list[Failure] = []
    error: jsonschema.ValidationError | None = None
    with boundary(failures.append, cause="provider"):  # schemas come from outside: bad patterns, endless references
        validator = jsonschema.Draft202012Validator(schema, registry=Registry())
        error = jsonschema.exceptions.best_match(validator.iter_errors(value))
    if failures:
        return f"the schema cannot be followed: {failures[0].message}"[:EXCERPT_CHARACTERS]
    return None if error is None else f"{error.json_path}: {error.message}"[:EXCERPT_CHARACTERS]


def misfit_of_text(text: str, schema: JsonObject) -> str | None:
    """The same for JSON as a model writes it, fences and all."""
    try:
        value = parse(unfenced(text).encode(errors="replace"))
    except ValueError as error:
        return f"it is no JSON: {error}"
    return misfit(value, schema)
