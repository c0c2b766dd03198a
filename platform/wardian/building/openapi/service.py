"""What an API description says of how its operations are reached."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from wardian.building.drafting import Document
from wardian.building.identifiers import sentence
from wardian.building.modelling import Modelled, Row
from wardian.building.openapi.columns import Fields
from wardian.building.openapi.description import Description
from wardian.building.openapi.resources import Endpoint, Resource, response_schema
from wardian.building.picks import MOST
from wardian.environments.services.wire import is_wire

__all__ = ["Action", "Service", "actions_of"]

SIZES: Final = re.compile(r"limit|page_?size|per_?page|max_?results|count", re.IGNORECASE)
CURSORS: Final = re.compile(r"cursor|page_?token|next_?token|after|starting_?after|page|offset", re.IGNORECASE)
NEXT: Final = re.compile(r"next|cursor|token", re.IGNORECASE)
KEYS: Final = re.compile(r"idempotency.?key", re.IGNORECASE)
CALLS: Final = 5
"""Calls within a minute: few, so that there are tasks which take more."""
PER_S: Final = 60.0
STEM: Final = 5
"""Letters that an action and the status to which it leads have in common: cancel, cancelled."""


@dataclass(frozen=True)
class Action:
    """Something that is done to a member and sets its status."""

    verb: str
    endpoint: Endpoint
    key: str
    tool: Document
    picks: list[Row]


class Service:
    """Collects the operations of an API.

    Args:
        description: the API's.
        secret: what its credential is made of.
    """

    def __init__(self, description: Description, secret: str) -> None:
        self._description = description
        self._operations: dict[str, Document] = {}
        self._limited = False
        self.header, self.authorization = self._credential(secret)
        self.notes: list[str] = []

    @property
    def calls(self) -> int:
        """How many calls are served within a minute; 0 when they are not limited."""
        return CALLS if self._limited else 0

    @property
    def told(self) -> str:
        """The line of the policy about the credential."""
        if not self.authorization:
            return ""
        return f"Every call needs the credential {self.authorization} (header {self.header}).\n"

    @property
    def knobs(self) -> Document:
        """Those that every service has."""
        knobs: Document = {
            "interface": {
                "default": "operations",
                "choices": ["operations", "http"],
                "description": "Whether each operation is a tool, or one tool sends requests of HTTP.",
            },
            "latency_s": {
                "default": 0.0,
                "min": 0.0,
                "max": 600.0,
                "description": "Virtual seconds that each call takes.",
            },
        }
        if self._limited:
            text = "Calls within a minute; one more is refused until the minute is over."
            knobs["calls_per_minute"] = {"default": CALLS, "min": CALLS, "max": 10_000, "description": text}
        return knobs

    def document(self, fields: Mapping[str, Fields]) -> Document:
        """As `world.yaml` says it."""
        wire = {column: name for each in fields.values() for column, name in each.wire.items() if column != name}
        found: Document = {"interface": "{knobs.interface}", "latency_s": "{knobs.latency_s}"}
        if self.authorization:
            found |= {"authorization": self.authorization, "header": self.header}
        if self._limited:
            found["rate"] = {"calls": "{knobs.calls_per_minute}", "per_s": PER_S}
        if wire:
            found["fields"] = wire
        return {**found, "operations": self._operations}

    def add(self, tool: str, endpoint: Endpoint, fields: Fields, items: str | None) -> None:
        """Note how a tool is reached; `items` is the field of a list's answer that holds the entries."""
        operation: Document = {"method": endpoint.method, "path": endpoint.path.rstrip("/")}
        arguments = {name: key for name in endpoint.named if (key := _own(fields, name)) != name}
        if arguments:
            operation["arguments"] = arguments
        header = next(
            (str(each.get("name")) for each in endpoint.of("header") if KEYS.fullmatch(str(each.get("name")))), None
        )
        if header is not None:
            operation["idempotency"] = header.lower().replace("-", "_")
        if pages := self._pages(endpoint, items):
            operation["pages"] = pages
        codes = [str(code) for code in endpoint.operation.get("responses") or {}]
        status = next((int(code) for code in sorted(codes) if code.startswith("2") and code.isdecimal()), 200)
        if status not in (200, 204):
            operation["status"] = status
        self._limited = self._limited or "429" in codes
        self._operations[tool] = operation

    def _pages(self, endpoint: Endpoint, items: str | None) -> Document:
        query = [each for each in endpoint.of("query") if is_wire(str(each.get("name")))]
        size = next((each for each in query if SIZES.fullmatch(str(each["name"]))), None)
        cursor = next((each for each in query if CURSORS.fullmatch(str(each["name"]))), None)
        if items is None:
            return {}
        if not is_wire(items):
            self.notes.append(f"{endpoint.method} {endpoint.path}: gives the bare list, not in '{sentence(items, 80)}'")
            return {}
        schema = self._description.schema(size.get("schema")) if size is not None else {}
        named = (name for name in self._answer(endpoint) if NEXT.search(name) and is_wire(name))
        following = next(named, "next_cursor")
        pages: Document = {"items": items, "next": following}
        pages |= {"size": size["name"]} if size is not None else {}
        pages |= {"cursor": cursor["name"]} if cursor is not None else {}
        for key, word in (("default", "default"), ("most", "maximum")):
            if isinstance(schema.get(word), int):
                pages[key] = schema[word]
        return pages

    def _answer(self, endpoint: Endpoint) -> list[str]:
        return [str(name) for name in response_schema(self._description, endpoint).get("properties") or {}]

    def _credential(self, secret: str) -> tuple[str, str]:
        """Header and credential of the first scheme that goes into a header; both empty without one."""
        components = self._description.document.get("components") or {}
        for value in (components.get("securitySchemes") or {}).values():
            scheme = self._description.resolve(value)
            name = str(scheme.get("name") or "")
            if scheme.get("type") == "apiKey" and scheme.get("in") == "header" and is_wire(name):
                return name, f"key_{secret}"
            if scheme.get("type") in ("http", "oauth2", "openIdConnect"):
                kind = "Basic" if scheme.get("scheme") == "basic" else "Bearer"
                return "Authorization", f"{kind} {secret}"
        return "", ""


def actions_of(table: Modelled, name: str, resource: Resource, service: Service) -> Iterator[Action]:
    """What can be done to a member that sets a status whose name it begins with; a note for anything else."""
    key = table.keys[0]
    for segment, endpoint in resource.actions.items():
        verb = re.sub(r"[^a-z]+", " ", segment.lower()).strip()
        found = next(_statuses(table, verb), None)
        if found is None:
            service.notes.append(
                f"{endpoint.method} {endpoint.path}: what it changes is not said; write a statement for it"
            )
            continue
        column, status = found
        picks = [{key: row[key]} for row in table.rows if row[column] != status][:MOST]
        yield Action(verb, endpoint, key, _statement(table, name, column, status), picks)


def _statement(table: Modelled, name: str, column: str, status: str) -> Document:
    """A tool that gives a row another status; all names are identifiers."""
    key = table.keys[0]
    this = f'"{name}" WHERE "{key}" = :{key}'
    shown = ", ".join(f'"{each}"' for each, spec in table.columns.items() if not spec.hidden)
    that = f"EXISTS (SELECT 1 FROM {this} AND \"{column}\" <> '{status}')"  # noqa: S608  (identifiers)
    return {
        "kind": "statement",
        "arguments": {key: {"type": table.columns[key].type, "references": f"{name}.{key}"}},
        "require": [{"that": that, "message": f"It is {status} already.", "code": "conflict"}],
        "run": [f'UPDATE "{name}" SET "{column}" = \'{status}\' WHERE "{key}" = :{key}'],  # noqa: S608  (identifiers)
        "result": f"SELECT {shown} FROM {this}",  # noqa: S608  (identifiers)
        "one": True,
    }


def _statuses(table: Modelled, verb: str) -> Iterator[tuple[str, str]]:
    for column, spec in table.columns.items():
        for value in spec.one_of:
            text = str(value)
            if verb and text.isidentifier() and text.lower()[:STEM] == verb[:STEM]:
                yield column, text


def _own(fields: Fields, parameter: str) -> str:
    """The column that a parameter of a path means."""
    column = fields.column(parameter)
    return column if column is not None else next(iter(fields.columns))
