"""From the schema of a resource to the columns of a table."""

import re
from collections.abc import Collection, Mapping
from typing import Any, Final

from wardian.building.identifiers import identifier, sentence, singular
from wardian.environments.declarative.tables import ColumnSpec, ValueType
from wardian.environments.services.wire import is_wire

__all__ = ["Fields", "columns_of"]

TYPES: Final[Mapping[str, ValueType]] = {
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "string": "text",
}
NUMBERED: Final = re.compile(r"([^{}]*[^{}\d])[1-9]\d*|[1-9]\d*")
ZONE: Final = re.compile(r"(?:Z|[+-]\d\d:?\d\d)$")


class Fields:
    """The columns of one resource, and how its fields are called outside.

    Args:
        columns: by name.
        wire: by column, the field's own name.
    """

    def __init__(self, columns: dict[str, ColumnSpec], wire: dict[str, str]) -> None:
        self.columns = columns
        self.wire = wire

    def column(self, field: str) -> str | None:
        """The column of a field."""
        return next((column for column, name in self.wire.items() if name == field), None)


def columns_of(table: str, schema: Mapping[str, Any], parameter: str, given: Collection[str]) -> Fields:
    """The columns of a table.

    Args:
        table: its name.
        schema: of one member, put together.
        parameter: of the path that says which member.
        given: fields that a new member is given; what is required and not given gets a default, or may be missing.
    """
    properties: dict[str, Any] = schema.get("properties") or {}
    wire: dict[str, str] = {}
    for field in (field for field in properties if is_wire(str(field))):
        wire[identifier(field, wire)] = field
    key = _key(table, wire, parameter)
    if key not in wire:
        wire = {key: parameter if is_wire(parameter) else key, **wire}
    required = set(schema.get("required") or ())
    columns = {
        name: _column(
            table, properties.get(field) or {}, key=name == key, needed=field in required, given=field in given
        )
        for name, field in wire.items()
    }
    return Fields({key: columns[key], **columns}, wire)


def _key(table: str, wire: Mapping[str, str], parameter: str) -> str:
    """The column that the path's parameter means: of the same name, or `id`, or `parcel_id`."""
    name, one = identifier(parameter), singular(table)
    return next((each for each in (name, "id", f"{one}_id", f"{one}_number", "code") if each in wire), name)


def _column(table: str, schema: Mapping[str, Any], *, key: bool, needed: bool, given: bool) -> ColumnSpec:
    kind = _type(schema)
    choices = [
        each for each in schema.get("enum") or () if isinstance(each, str) and kind == "text" and "{" not in each
    ]
    null = schema.get("nullable") is True or _is_nullable(schema)
    default = schema.get("default")
    if isinstance(default, str) and "{" in default:
        default = None
    if default is None and not given and not key and needed:
        default = "{now}" if kind == "datetime" else choices[0] if choices else None
    if isinstance(default, dict | list) or (choices and default not in choices):
        default = None
    if kind == "json":
        default = ([] if schema.get("type") == "array" else {}) if needed and not null else None
    optional = not key and (null or not needed or (not given and default is None))
    return ColumnSpec(
        type="text" if key and kind not in ("integer", "text") else kind,
        key=key,
        generated=_generated(table, schema, kind) if key and not given else None,
        optional=optional,
        default=default,
        one_of=() if key else tuple(choices),
        min=_limit(schema, "minimum", kind),
        max=_limit(schema, "maximum", kind),
        hidden=bool(schema.get("writeOnly")) and optional,
        description=sentence(schema.get("description") or "", 200),
    )


def _type(schema: Mapping[str, Any]) -> ValueType:
    names = schema.get("type")
    name = next((each for each in names if each != "null"), None) if isinstance(names, list) else names
    example = str(schema.get("example") or next(iter(schema.get("examples") or ()), ""))
    if name == "string" and schema.get("format") == "date":
        return "date"
    if name == "string" and schema.get("format") == "date-time" and not ZONE.search(example):
        return "datetime"
    return TYPES.get(str(name), "text" if schema.get("enum") else "json")


def _is_nullable(schema: Mapping[str, Any]) -> bool:
    return isinstance(schema.get("type"), list) and "null" in schema["type"]


def _limit(schema: Mapping[str, Any], name: str, kind: ValueType) -> float | None:
    value = schema.get(name)
    return value if kind in ("integer", "number") and isinstance(value, int | float) else None


def _generated(table: str, schema: Mapping[str, Any], kind: ValueType) -> str:
    if kind == "integer":
        return "{n}"
    found = NUMBERED.fullmatch(str(schema.get("example") or next(iter(schema.get("examples") or ()), "")))
    return f"{found[1] or ''}{{n}}" if found else f"{singular(table)[:4]}-{{n}}"
