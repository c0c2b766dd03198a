"""The JSON Schema of a config, for editors: `wardian schema > wardian.schema.json`.

A config then starts with `# yaml-language-server: $schema=wardian.schema.json`.
"""

import ast
import inspect
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from itertools import pairwise
from typing import Any, Final, get_args

from pydantic import BaseModel

from wardian.specs.fusion.judge import JudgeSpec
from wardian.specs.fusion.member import MemberSpec
from wardian.specs.job import JobSpec
from wardian.specs.shape import Schema, job_schema

__all__ = ["described_schema", "editor_schema", "field_notes", "specs_of"]


VARIABLE = {"type": "string", "pattern": r"\$\{"}
"""In a file, any value but a kind may be written as `${VAR}`."""
BY_NAME: Final = tuple({"$ref": f"#/$defs/{spec.__name__}"} for spec in (MemberSpec, JudgeSpec))
"""What the name of a model alone may stand for."""


def editor_schema() -> Schema:
    """The schema of what stands in a file, where `${VAR}` or a name may take the place of a value."""
    schema = deepcopy(described_schema())
    for part in (schema, *schema["$defs"].values()):
        known = part["properties"].items()
        part["properties"] = {key: _or_name(_or_variable(key, inside)) for key, inside in known}
    return schema


def _or_name(schema: Schema) -> Schema:
    """The same where a name may stand alone; a variable in its place is a text like a name."""
    if isinstance(items := schema.get("items"), dict):
        return {**schema, "items": _or_name(items)}
    choices = schema.get("anyOf") or [{key: value for key, value in schema.items() if key == "$ref"}]
    if not any(choice in BY_NAME for choice in choices):
        return schema
    about = {key: value for key, value in schema.items() if key not in ("$ref", "anyOf")}
    return {"anyOf": [*(choice for choice in choices if choice != VARIABLE), {"type": "string"}], **about}


def _or_variable(key: str, schema: Schema) -> Schema:
    if key in ("kind", "mode") or schema.get("type") in ("array", "object") or "$ref" in schema or "oneOf" in schema:
        return schema
    about = {name: value for name, value in schema.items() if name in ("description", "default")}
    choices = schema.get("anyOf") or [{name: value for name, value in schema.items() if name not in about}]
    return {"anyOf": [*choices, VARIABLE], **about}


@cache
def described_schema() -> Schema:
    """`job_schema` with a description of every key that has one in the source."""
    schema = deepcopy(job_schema())
    schema |= {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Wardian job"}
    for spec in specs_of(JobSpec):
        definition = schema if spec is JobSpec else schema["$defs"][spec.__name__]
        for name, note in field_notes(spec).items():
            definition["properties"][name]["description"] = note
    return schema


def specs_of(annotation: Any) -> list[type[BaseModel]]:
    """`annotation` and every spec inside it, each once, in the order in which a reader meets them."""
    return list(dict.fromkeys(_specs(annotation)))


def _specs(annotation: Any) -> Iterator[type[BaseModel]]:
    if inspect.isclass(annotation) and issubclass(annotation, BaseModel):
        yield annotation
        for field in annotation.model_fields.values():
            yield from _specs(field.annotation)
    for inner in get_args(annotation):
        yield from _specs(inner)


def field_notes(spec: type[BaseModel]) -> dict[str, str]:
    """The texts that stand below the fields of `spec` in its source and those of its bases, by field."""
    bases = [base for base in reversed(spec.__mro__) if issubclass(base, BaseModel) and base is not BaseModel]
    return {name: note for base in bases for name, note in _notes_in(base)}


def _notes_in(spec: type[BaseModel]) -> Iterator[tuple[str, str]]:
    body = ast.parse(inspect.getsource(spec)).body[0]
    statements = body.body if isinstance(body, ast.ClassDef) else []
    for field, below in pairwise(statements):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(below, ast.Expr):
            yield field.target.id, " ".join(str(ast.literal_eval(below.value)).split())
