"""What a description says, as tables: which collection is which, and how its fields are called."""

from collections.abc import Mapping
from typing import Any

from wardian.base.errors import ConfigError
from wardian.building.identifiers import identifier, plural, singular
from wardian.building.modelling import Modelled
from wardian.building.openapi.columns import Fields, columns_of
from wardian.building.openapi.description import Description
from wardian.building.openapi.resources import Endpoint, Resource, request_schema, resources, response_schema
from wardian.environments.declarative.tables import ColumnSpec

__all__ = ["Api"]


class Api:
    """What is known while a description becomes a pack."""

    def __init__(self, description: Description, name: str) -> None:
        self.description = description
        self.name = name
        self.found, self.notes = resources(description)
        if not self.found:
            raise ConfigError(f"{description.source}: no path in it is about a collection and its members")
        paths = {resource.path: plural(identifier(resource.segment)) for resource in self.found}
        self.names = _unique(paths)
        self.fields = {self.names[resource.path]: self._fields(resource) for resource in self.found}
        self.tables = {name: Modelled(fields.columns, []) for name, fields in self.fields.items()}
        self._refer()
        for resource in self.found:
            self._belong(resource)

    def _fields(self, resource: Resource) -> Fields:
        schema = self._member(resource)
        taken = request_schema(self.description, resource.kinds["create"]) if "create" in resource.kinds else {}
        given = set(taken.get("properties") or {})
        fields = columns_of(self.names[resource.path], schema, self._parameter(resource), given)
        if resource.parent is not None and fields.column(resource.parent[1]) is None:
            column = identifier(resource.parent[1], fields.wire)
            fields.columns[column] = ColumnSpec(type="text")
            fields.wire[column] = resource.parent[1]
        return fields

    def _member(self, resource: Resource) -> dict[str, Any]:
        """The schema of one member: what is answered for one, or taken for a new one, or is in the list."""
        shown = [response_schema(self.description, resource.kinds[k]) for k in ("get", "create") if k in resource.kinds]
        taken = [request_schema(self.description, resource.kinds[k]) for k in ("create",) if k in resource.kinds]
        listed = [self.listed(resource.kinds[k])[1] for k in ("find",) if k in resource.kinds]
        schema = next((schema for schema in (*shown, *listed, *taken) if schema.get("properties")), {})
        properties = {name: self.description.schema(value) for name, value in (schema.get("properties") or {}).items()}
        return {**schema, "properties": properties}

    def listed(self, endpoint: Endpoint) -> tuple[str | None, dict[str, Any]]:
        """The field of a list's answer that holds the members (None when it is the answer), and their schema."""
        schema = response_schema(self.description, endpoint)
        if schema.get("type") == "array":
            return None, self.description.schema(schema.get("items"))
        for name, value in (schema.get("properties") or {}).items():
            inner = self.description.schema(value)
            if inner.get("type") == "array":
                return str(name), self.description.schema(inner.get("items"))
        return None, {}

    def _parameter(self, resource: Resource) -> str:
        member = next((resource.kinds[k] for k in ("get", "update", "delete") if k in resource.kinds), None)
        last = member.path.rpartition("/")[2] if member is not None else ""
        return last.strip("{}") or "id"

    def _refer(self) -> None:
        """Columns that are called like another table's key refer to it."""
        for name, table in self.tables.items():
            for column, spec in table.columns.items():
                target = self._target(name, column)
                if (
                    target is not None
                    and not spec.key
                    and self.tables[target].columns[self._key(target)].type == spec.type
                ):
                    table.columns[column] = spec.model_copy(update={"references": f"{target}.{self._key(target)}"})

    def _belong(self, resource: Resource) -> None:
        """A member below another one refers to it."""
        if resource.parent is None or resource.parent[0] not in self.names:
            return
        above, parameter = self.names[resource.parent[0]], resource.parent[1]
        name = self.names[resource.path]
        column = self.fields[name].column(parameter)
        key = self._key(above)
        if column is not None and column not in self.tables[name].keys:
            kind = self.tables[above].columns[key].type
            self.tables[name].columns[column] = ColumnSpec(type=kind, references=f"{above}.{key}")

    def _target(self, name: str, column: str) -> str | None:
        for other in self.tables:
            one = singular(other)
            if other != name and column in (
                f"{one}_id",
                f"{one}_{self._key(other)}",
                one if self._key(other) == "id" else "",
            ):
                return other
        return None

    def _key(self, table: str) -> str:
        return self.tables[table].keys[0]


def _unique(paths: Mapping[str, str]) -> dict[str, str]:
    names: dict[str, str] = {}
    for path, name in paths.items():
        names[path] = identifier(name, names.values())
    return names
