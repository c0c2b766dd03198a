"""From a description to the draft of a pack."""

import re
from collections.abc import Collection, Mapping
from typing import Any, Final

from wardian.base.errors import ConfigError
from wardian.base.identity import digest
from wardian.building.draft import POLICY, Draft, world_of
from wardian.building.drafting import Document, Drafts, action_task, label, survey_task
from wardian.building.identifiers import identifier, sentence, singular
from wardian.building.modelling import Row
from wardian.building.openapi.api import Api
from wardian.building.openapi.columns import Fields
from wardian.building.openapi.description import Description
from wardian.building.openapi.resources import Endpoint, Resource, request_schema
from wardian.building.openapi.rows import invent_rows
from wardian.building.openapi.service import Service, actions_of
from wardian.building.picks import Picks

__all__ = ["draft_api"]

ROWS: Final = 24
RULES: Final = """You work with the service "{title}".
{credential}Look things up before you answer; do not guess.
Before you add, change, delete or do anything else, say exactly what you are about to do and ask for a yes.
Do what was asked for, and nothing else. When the service says that there were too many requests, wait and try again.
"""


def draft_api(description: Description, name: str) -> Draft:
    """The pack called `name` of an API.

    Raises:
        ConfigError: when the description holds nothing that a task could be about.
    """
    api = Api(description, name)
    invent_rows(api.tables, {table: list(_examples(api, table)) for table in api.tables}, ROWS)
    service = Service(description, digest([name, "credential"], length=24))
    tools: dict[str, Document] = {}
    tasks: dict[str, Document] = {}
    for resource in api.found:
        own_tools, own_tasks = _resource(api, service, resource, tools)
        tools |= own_tools
        tasks |= own_tasks
    if service.calls:
        tasks |= _patience(api, service, tools)
    if not tasks:
        raise ConfigError(f"{description.source}: nothing in it that a task could be about")
    info = description.document.get("info") or {}
    title = sentence(info.get("title") or name, 100)
    world = world_of(api.tables, tools, tasks, service.document(api.fields))
    files = {POLICY: RULES.format(title=title, credential=service.told)}
    notes = [*api.notes, *service.notes]
    about = f"{title}, as its OpenAPI file describes it."
    return Draft(name, about, world, api.tables, files, service.knobs, notes)


def _resource(
    api: Api, service: Service, resource: Resource, taken: Mapping[str, Document]
) -> tuple[dict[str, Document], dict[str, Document]]:
    """Tools and tasks of one collection."""
    name = api.names[resource.path]
    fields = api.fields[name]
    scope = {kind: _scope(api, fields, kind, endpoint) for kind, endpoint in resource.kinds.items()}
    needs = _in_path(fields, resource.kinds["find"]) if "find" in resource.kinds else []
    asked = {**scope, "find": set(needs)} if needs else scope
    picks = Picks(api.tables, name, asked)
    names: dict[str, str] = {}
    tools: dict[str, Document] = {}
    for kind, endpoint in resource.kinds.items():
        names[kind] = tool = _tool(endpoint, kind, name, [*taken, *tools])
        tools[tool] = {**_generated(api, name, kind, scope, needs), **_described(endpoint)}
        if kind not in picks.possible:
            tools[tool]["offered"] = False
            service.notes.append(f"{tool}: no draft task can be about it, and it is not offered")
        service.add(tool, endpoint, fields, api.listed(endpoint)[0] if kind == "find" else None)
    tasks = Drafts(picks, name, {kind: tool for kind, tool in names.items() if kind in picks.possible}).all()
    for action in actions_of(api.tables[name], name, resource, service):
        tool = identifier(action.endpoint.name or f"{action.verb}_{singular(name)}", [*taken, *tools])
        tools[tool] = {**action.tool, **_described(action.endpoint), **({} if action.picks else {"offered": False})}
        service.add(tool, action.endpoint, fields, None)
        what = f"{action.verb} {label(singular(name))} {{pick.{action.key}}}"
        tasks |= action_task(identifier(f"{action.verb}_{singular(name)}"), what, action.key, action.picks, tool)
    return tools, tasks


def _generated(api: Api, name: str, kind: str, scope: Mapping[str, set[str]], needs: list[str]) -> Document:
    """A tool that is generated for a table."""
    document: Document = {"kind": kind, "table": name}
    if kind in ("create", "update"):
        fixed = api.tables[name].keys if kind == "update" else ()
        document["columns"] = [each for each in api.fields[name].columns if each in scope[kind] and each not in fixed]
    if kind == "find":
        by = Picks(api.tables, name, scope).searchable
        document |= {"by": by, "limit": 1000, **({"needs": needs} if needs else {})}
    return document


def _patience(api: Api, service: Service, tools: Mapping[str, Document]) -> dict[str, Document]:
    """Tasks that take more calls than the service serves at once."""
    for tool, spec in tools.items():
        if spec["kind"] == "get" and (
            found := survey_task(spec["table"], Picks(api.tables, spec["table"]), tool, service.calls)
        ):
            return found
    return {}


def _scope(api: Api, fields: Fields, kind: str, endpoint: Endpoint) -> set[str]:
    """The columns that an endpoint takes."""
    if kind == "find":
        names = [str(each.get("name")) for each in endpoint.of("query")]
    else:
        names = list(request_schema(api.description, endpoint).get("properties") or {})
    known = {column for name in names if (column := fields.column(name)) is not None}
    return known | set(_in_path(fields, endpoint)) if kind in ("find", "create") else known


def _in_path(fields: Fields, endpoint: Endpoint) -> list[str]:
    """The columns that the path of a collection names: the member above."""
    return [column for name in endpoint.named if (column := fields.column(name)) is not None]


def _tool(endpoint: Endpoint, kind: str, table: str, taken: Collection[str]) -> str:
    own = {"find": f"list_{table}"}.get(kind, f"{kind}_{singular(table)}")
    return identifier(endpoint.name or own, taken)


def _described(endpoint: Endpoint) -> Document:
    text = endpoint.operation.get("summary") or endpoint.operation.get("description")
    return {"description": sentence(text)} if text else {}


def _examples(api: Api, table: str) -> list[Row]:
    """Members that the description shows, by column."""
    resource = next(each for each in api.found if api.names[each.path] == table)
    fields = api.fields[table]
    shown = [value for endpoint in resource.kinds.values() for value in _shown(api, endpoint)]
    rows = [{column: each.get(field) for column, field in fields.wire.items()} for each in shown]
    return [row for row in rows if all(_has_type(fields, column, value) for column, value in row.items())]


def _shown(api: Api, endpoint: Endpoint) -> list[dict[str, Any]]:
    found: list[Any] = []
    for code, value in (endpoint.operation.get("responses") or {}).items():
        content = api.description.resolve(value).get("content") or {} if str(code).startswith("2") else {}
        for media in content.values():
            found.append((media or {}).get("example"))
            found += [
                api.description.resolve(each).get("value") for each in ((media or {}).get("examples") or {}).values()
            ]
    field = api.listed(endpoint)[0]
    lists = [each.get(field) if isinstance(each, dict) and field else each for each in found]
    return [row for each in lists for row in (each if isinstance(each, list) else [each]) if isinstance(row, dict)]


def _has_type(fields: Fields, column: str, value: Any) -> bool:
    kind = fields.columns[column].type
    if value is None or kind == "json":
        return True
    if kind in ("integer", "number"):
        return isinstance(value, int if kind == "integer" else int | float) and not isinstance(value, bool)
    if kind == "datetime":
        return isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", value) is not None
    return isinstance(value, bool if kind == "boolean" else str)
