"""The shape of a config as JSON Schema, and the way to one key of it."""

from functools import cache
from typing import Any

from pydantic import BaseModel

from wardian.specs.job import JobSpec
from wardian.specs.places import KeyPath

__all__ = ["Schema", "job_schema", "key_schema", "keys_of", "linked_schema", "locate", "resolve", "tag_key", "tagged"]

Schema = dict[str, Any]


@cache
def job_schema() -> Schema:
    """The JSON Schema of `JobSpec`, without descriptions of single keys."""
    return JobSpec.model_json_schema()


@cache
def linked_schema(model: type[BaseModel]) -> Schema:
    """The JSON Schema of `model` with its definitions in the places of the references to them; they may be cyclic."""
    schema = model.model_json_schema()
    _link(schema, schema.get("$defs", {}))
    return schema


def _link(part: Any, definitions: dict[str, Schema]) -> None:
    places = list(part.items()) if isinstance(part, dict) else list(enumerate(part))
    for key, value in places:
        if isinstance(value, dict) and "$ref" in value:
            part[key] = definitions[value["$ref"].rsplit("/", 1)[1]]
        elif isinstance(value, dict | list):
            _link(value, definitions)


def resolve(schema: Schema) -> Schema:
    """`schema` with its reference followed, and the one real choice of an optional value taken."""
    while "$ref" in schema or "anyOf" in schema:
        if "$ref" in schema:
            schema = job_schema()["$defs"][schema["$ref"].rsplit("/", 1)[1]]
            continue
        choices = [choice for choice in schema["anyOf"] if choice.get("type") != "null"]
        if len(choices) != 1:
            break
        schema = choices[0]
    return schema


def keys_of(schema: Schema) -> list[str]:
    """The keys that a mapping of this schema knows."""
    return list(schema.get("properties", ()))


def key_schema(schema: Schema) -> Schema:
    """What the names in a mapping of this schema must be."""
    pattern = next(iter(schema.get("patternProperties", ())), None)
    return {"type": "string"} | ({"pattern": pattern} if pattern else {})


def locate(location: tuple[str | int, ...], root: Schema | None = None) -> tuple[KeyPath, Schema]:
    """The path in the config for a location in pydantic's sense, and the schema that stands there.

    `root` is the schema of the whole, with its definitions linked; by default that of a job.

    pydantic puts the tag of a discriminated union, the label of a plain union's member and a marker
    for keys into its locations; none of them is a key of the config.
    """
    path: KeyPath = ()
    schema = resolve(root or job_schema())
    for item in location:
        if item == "[key]":
            break
        if "oneOf" in schema:
            schema = tagged(schema)[str(item)]
            continue
        if (member := _member(schema, str(item))) is not None:
            schema = member
            continue
        below = _below(schema, item)
        if below is None:
            return path, schema
        path = (*path, item)
        schema = resolve(below)
    return path, schema


def _member(schema: Schema, label: str) -> Schema | None:
    """The list or mapping of a plain union that pydantic labels so; it puts the names of validators around a model."""
    for choice in map(resolve, schema.get("anyOf", ())):
        if choice.get("type") == "array" and label.startswith("tuple["):
            return choice
        if choice.get("type") == "object" and label.rstrip("]").rpartition(" ")[2] == choice.get("title"):
            return choice
    return None


def _below(schema: Schema, item: str | int) -> Schema | None:
    known: Schema = schema.get("properties", {})
    if isinstance(item, int):
        inside = schema.get("items")
    elif known:
        inside = known.get(item, {"unknown": True})
    else:
        inside = next(iter(schema.get("patternProperties", {}).values()), schema.get("additionalProperties"))
    return inside if isinstance(inside, dict) else None


def tag_key(schema: Schema) -> str:
    """The key by which the members of a discriminated union differ: `kind`, or `mode` among fusions."""
    member = resolve(schema["oneOf"][0])
    return str(next(key for key, inside in member["properties"].items() if "const" in inside))


def tagged(schema: Schema) -> dict[str, Schema]:
    """The members of a discriminated union by their tags."""
    key = tag_key(schema)
    return {resolve(member)["properties"][key]["const"]: resolve(member) for member in schema["oneOf"]}
