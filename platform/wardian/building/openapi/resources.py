"""What of an API is stateful: collections, their members, and what can be done to them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from wardian.building.openapi.description import Description
from wardian.environments.services.wire import PATH

__all__ = ["Endpoint", "Resource", "request_schema", "resources", "response_schema"]

METHODS: Final = ("get", "post", "put", "patch", "delete")
REACHABLE: Final = re.compile(f"{PATH}/?")
NEITHER: Final = "is about no collection and left out"
DEEP: Final = "names more than one member, or has odd signs in its path, and is left out"
ITEM: Final = re.compile(r"\{([^{}/]+)\}")


@dataclass(frozen=True)
class Endpoint:
    """One method of one path.

    Args:
        method: in capitals.
        path: as it is described.
        operation: what the description says of it.
        parameters: resolved, those of the path included.
    """

    method: str
    path: str
    operation: dict[str, Any]
    parameters: list[dict[str, Any]]

    @property
    def name(self) -> str:
        """What the description calls it, "" when it does not."""
        return str(self.operation.get("operationId") or "")

    @property
    def named(self) -> list[str]:
        """The arguments in its path."""
        return ITEM.findall(self.path)

    def of(self, place: str) -> list[dict[str, Any]]:
        """The parameters in `path`, `query` or `header`."""
        return [each for each in self.parameters if each.get("in") == place]


@dataclass
class Resource:
    """A collection.

    Args:
        path: of the collection.
        kinds: endpoints by what they do: find, create, get, update, delete.
        actions: by the last part of their path: what else is done to a member.
    """

    path: str
    kinds: dict[str, Endpoint] = field(default_factory=dict)
    actions: dict[str, Endpoint] = field(default_factory=dict)

    @property
    def segment(self) -> str:
        """What its members are called together."""
        return self.path.rstrip("/").rpartition("/")[2]

    @property
    def parent(self) -> tuple[str, str] | None:
        """For `/parcels/{id}/events`: the path of the collection above, and the parameter that says which member."""
        above, _, last = self.path.rpartition("/")[0].rpartition("/")
        found = ITEM.fullmatch(last)
        return (above, found[1]) if found else None


def resources(description: Description) -> tuple[list[Resource], list[str]]:
    """The collections, and in a line each what is left out."""
    described = list(_endpoints(description))
    endpoints = [endpoint for endpoint in described if _is_reachable(endpoint)]
    found: dict[str, Resource] = {}
    left_out: list[str] = []
    for endpoint in endpoints:
        collection, last = _split(endpoint.path)
        if ITEM.fullmatch(last):
            resource = found.setdefault(collection, Resource(collection))
            kind = {"GET": "get", "PUT": "update", "PATCH": "update", "DELETE": "delete"}.get(endpoint.method)
            if kind is not None:
                resource.kinds[kind] = endpoint
            else:
                left_out.append(f"{endpoint.method} {endpoint.path}: has no meaning for a member and is left out")
    rest = [endpoint for endpoint in endpoints if not ITEM.fullmatch(_split(endpoint.path)[1])]
    left_out += [line for endpoint in rest if (line := _place(description, endpoint, found))]
    left_out += [f"{each.method} {each.path[:80]}: {DEEP}" for each in described if not _is_reachable(each)]
    return [resource for resource in found.values() if {"get", "find", "create"} & set(resource.kinds)], left_out


def _is_reachable(endpoint: Endpoint) -> bool:
    """Whether its path has plain words, and names one member at most."""
    return REACHABLE.fullmatch(endpoint.path) is not None and endpoint.path.count("{") <= 1


def _place(description: Description, endpoint: Endpoint, found: dict[str, Resource]) -> str:
    """Add a collection's endpoint, or an action's; a line when it is neither."""
    path = endpoint.path.rstrip("/")
    above, last = _split(path)
    member_of, item = _split(above)
    listed = endpoint.method == "GET" and _is_list(description, endpoint)
    if path not in found and above in found:
        search = found[above].kinds.setdefault("find", endpoint) if listed else None
        return "" if search is endpoint else f"{endpoint.method} {endpoint.path}: {NEITHER}"
    action = endpoint.method == "POST" and ITEM.fullmatch(item) is not None and member_of in found
    if path in found or listed or (endpoint.method == "POST" and not action):
        kind = {"GET": "find", "POST": "create", "PUT": "update", "PATCH": "update"}.get(endpoint.method)
        if kind is not None:
            found.setdefault(path, Resource(path)).kinds[kind] = endpoint
            return ""
    elif action:
        if any(other.path == path and other.method == "GET" for other in _endpoints(description)):
            found.setdefault(path, Resource(path)).kinds["create"] = endpoint
        else:
            found[member_of].actions[last] = endpoint
        return ""
    return f"{endpoint.method} {endpoint.path}: {NEITHER}"


def _endpoints(description: Description) -> Iterator[Endpoint]:
    for path, value in description.document["paths"].items():
        item = description.resolve(value)
        shared = list(item.get("parameters") or ())
        for method in METHODS:
            if isinstance(item.get(method), dict):
                operation = item[method]
                parameters = [description.resolve(each) for each in (*shared, *(operation.get("parameters") or ()))]
                yield Endpoint(method.upper(), str(path), operation, parameters)


def _is_list(description: Description, endpoint: Endpoint) -> bool:
    schema = response_schema(description, endpoint)
    inner = (description.schema(each) for each in (schema.get("properties") or {}).values())
    return schema.get("type") == "array" or any(each.get("type") == "array" for each in inner)


def response_schema(description: Description, endpoint: Endpoint) -> dict[str, Any]:
    """The schema of what it answers when it succeeds, {} when there is none."""
    responses = endpoint.operation.get("responses") or {}
    good = sorted(code for code in map(str, responses) if code.startswith("2"))
    answer = description.resolve(responses.get(good[0], responses.get(int(good[0])))) if good else {}
    return _content(description, answer)


def request_schema(description: Description, endpoint: Endpoint) -> dict[str, Any]:
    """The schema of what it takes in its body, {} when it takes nothing."""
    return _content(description, description.resolve(endpoint.operation.get("requestBody")))


def _content(description: Description, holder: dict[str, Any]) -> dict[str, Any]:
    content = holder.get("content") or {}
    kind = next((kind for kind in content if "json" in kind), None)
    return description.schema((content.get(kind) or {}).get("schema")) if kind else {}


def _split(path: str) -> tuple[str, str]:
    above, _, last = path.rstrip("/").rpartition("/")
    return above, last
