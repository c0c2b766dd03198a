"""Answers with a shape: a model is asked for JSON, and what comes back is a value of a type or a typed failure."""

from typing import Final, TypeVar, cast

from pydantic import ValidationError

from wardian.base.clients import ModelClient
from wardian.base.completion import Completion
from wardian.base.errors import ModelError
from wardian.base.frozen import Frozen, JsonObject, JsonValue, first_problem
from wardian.base.messages import Request, ResponseSchema
from wardian.models.fences import unfenced

__all__ = ["ask_for", "response_schema"]

Answer = TypeVar("Answer", bound=Frozen)

CHECKED_HERE: Final = frozenset(
    {"default", "title", "discriminator", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}
    | {"minLength", "maxLength", "pattern", "format", "minItems", "maxItems", "uniqueItems"}
)
"""Keywords that at least one provider refuses."""


async def ask_for(client: ModelClient, request: Request, shape: type[Answer]) -> tuple[Answer, Completion]:
    """The answer to `request` as a `shape`, and the completion that it came in.

    Raises:
        ModelError: kind "unparsable_output" when the answer has another shape, or whatever the client raises.
    """
    completion = await client.complete(request.model_copy(update={"response_schema": response_schema(shape)}))
    try:
        return shape.model_validate_json(unfenced(completion.message.content)), completion
    except ValidationError as error:
        problem = first_problem(error, "the answer")
        message = f"'{client.name}' gave no {shape.__name__} ({completion.finish}): {problem}"
        raise ModelError("unparsable_output", message, cause="agent") from None


def response_schema(shape: type[Frozen]) -> ResponseSchema:
    """The schema of `shape` in the subset of JSON Schema that every provider takes.

    Every key is required, as OpenAI demands: optional ones are null. Bounds and patterns are left out; they are
    checked when the answer is read.
    """
    schema = _plain(cast("JsonObject", shape.model_json_schema()))
    return ResponseSchema(name=shape.__name__, json_schema=cast("JsonObject", schema))


def _plain(schema: JsonValue) -> JsonValue:
    if isinstance(schema, list):
        return [_plain(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    plain: JsonObject = {_word(key): _inside(key, part) for key, part in schema.items() if key not in CHECKED_HERE}
    properties = plain.get("properties")
    if isinstance(properties, dict):
        plain |= {"required": list(properties), "additionalProperties": False}
    return plain


def _word(key: str) -> str:
    return "anyOf" if key == "oneOf" else key


def _inside(key: str, part: JsonValue) -> JsonValue:
    """Names of properties and of definitions are no keywords; constants are no schemas."""
    if key in ("properties", "$defs") and isinstance(part, dict):
        return {name: _plain(inside) for name, inside in part.items()}
    return part if key in ("const", "enum", "required") else _plain(part)
